/**
 * "This service's attestation": what the service says of itself, what this browser checked of it, and what it did not.
 *
 * This page comes from the service that it asks about. So there is no verdict here, only lines that each say what was done,
 * and the command by which an auditor finds out the rest without this page.
 */
import type { getAttestation } from '../api/attestation.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { type Checked, checkEvidence, hexOf, type Line } from './check-evidence.js';
import { copyable } from './copyable.js';
import { control, Section } from './section.js';
import { describeStatement } from './statement-words.js';

const NONCE_BYTES = 32;

const LABELS: { readonly [verdict in Line['verdict']]: string } = {
  checked: 'checked by this browser: ',
  contradicted: 'checked by this browser, and it does not hold: ',
  'not-checked': 'not checked here: ',
};
const MARKS: { readonly [verdict in Line['verdict']]: string } = {
  checked: '✓',
  contradicted: '✗',
  'not-checked': '–',
};

export class AttestationSection extends Section {
  constructor() {
    super(
      'attestation',
      'This service’s attestation',
      'The service can show evidence of the machine and the code that hold your keys. A browser can check a part of it; this page, which comes from the same service, can not vouch for it.',
      'beginning',
    );
    this.#invite();
  }

  #invite(...found: readonly Node[]): void {
    const command = `npm run verify-attestation -- ${location.origin} --policy my-policy.json`;
    this.show(
      element(
        'div',
        { class: 'row' },
        control('ask-evidence', 'Ask for fresh evidence', 'plain', () => {
          void this.run(() => this.#ask());
        }),
      ),
      ...found,
      element('h3', {}, 'The whole check'),
      element(
        'p',
        {},
        'An auditor checks the rest from the source code, without trusting this page. Anybody can:',
      ),
      copyable(command, 'the command that checks the evidence'),
    );
  }

  async #ask(): Promise<string> {
    const nonce = hexOf(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
    const answer = await callService<typeof getAttestation>('GET', `/attestation?nonce=${nonce}`);
    const checked = await checkEvidence(answer, {
      nonce,
      origin: location.origin,
      nowMs: Date.now(),
      sha512: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-512', bytes)),
    });
    this.#invite(...show(checked));
    return summaryOf(checked);
  }
}

const contradictions = ({ lines }: Checked): number =>
  lines.filter(({ verdict }) => verdict === 'contradicted').length;

/** Never that all is well: only what was found. */
function summaryOf(checked: Checked): string {
  if (contradictions(checked) > 0)
    return 'Something in the answer does not hold. Do not rely on it.';
  if (checked.isSimulated) return 'The answer is a simulation: it proves nothing.';
  return 'This browser found no contradiction. That is not a verdict: what matters most was not checked here.';
}

function show(checked: Checked): readonly Node[] {
  const { lines, isSimulated, statement, statementText } = checked;
  return [
    ...(contradictions(checked) > 0
      ? [
          alert(
            'danger',
            'Do not rely on this answer',
            'Something in it does not hold, as marked below.',
          ),
        ]
      : []),
    ...(isSimulated
      ? [
          alert(
            'caution',
            'Simulated: there is no sealed machine',
            'Whoever runs this service can read every key in it. This is for development. Use no key of yours that matters.',
          ),
        ]
      : []),
    element('h3', {}, 'What was checked, and what was not'),
    element('ul', { class: 'evidence' }, ...lines.map(lineOf)),
    element('h3', {}, 'What the service says of itself'),
    describeStatement(statement, statementText),
  ];
}

const alert = (kind: 'danger' | 'caution', title: string, text: string): HTMLElement =>
  element(
    'div',
    { class: `alert ${kind}`, 'data-alert': kind },
    element('strong', {}, title),
    element('p', {}, text),
  );

const lineOf = ({ id, verdict, text }: Line): HTMLElement =>
  element(
    'li',
    { class: verdict, 'data-line': id, 'data-verdict': verdict },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[verdict]),
    element('span', {}, element('strong', {}, LABELS[verdict]), text),
  );
