/**
 * "This service's attestation": what the service states about itself, what this browser checked of
 * it, and what it did not.
 *
 * This page comes from the service that it asks about. It therefore shows no verdict, only lines
 * that state what was checked, and the command with which an auditor checks the rest without this
 * page.
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
  contradicted: 'checked by this browser, and it failed: ',
  'not-checked': 'not checked here: ',
};
const MARKS: { readonly [verdict in Line['verdict']]: string } = {
  checked: '✓',
  contradicted: '✗',
  'not-checked': '–',
};

/** The section of the evidence. */
export class AttestationSection extends Section {
  constructor() {
    super(
      'attestation',
      'This service’s attestation',
      'The service can show evidence of the machine and the code that hold your keys. A browser can check only a part of it, and this page comes from the same service, so it cannot vouch for it.',
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
      element('h3', {}, 'The complete check'),
      element(
        'p',
        {},
        'An auditor checks the rest from the source code, without trusting this page. Anyone can run:',
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
      sha256: async (bytes) =>
        new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))),
    });
    this.#invite(...show(checked));
    return summaryOf(checked);
  }
}

const contradictions = ({ lines }: Checked): number =>
  lines.filter(({ verdict }) => verdict === 'contradicted').length;

/** The summary never states that everything is fine, only what was found. */
function summaryOf(checked: Checked): string {
  if (contradictions(checked) > 0) return 'A check of the answer failed. Do not rely on it.';
  if (checked.isSimulated) return 'The answer is a simulation: it proves nothing.';
  return 'This browser found no contradiction. This is not a verdict: the most important checks cannot be made here.';
}

function show(checked: Checked): readonly Node[] {
  const { lines, isSimulated, statement, statementText } = checked;
  return [
    ...(contradictions(checked) > 0
      ? [
          alert(
            'danger',
            'Do not rely on this answer',
            'At least one check failed, as marked below.',
          ),
        ]
      : []),
    ...(isSimulated
      ? [
          alert(
            'caution',
            'Simulated: there is no confidential machine',
            'The operator of this service can read every key in it. It is for development only. Do not use a key that matters to you.',
          ),
        ]
      : []),
    element('h3', {}, 'What was checked, and what was not'),
    element('ul', { class: 'evidence' }, ...lines.map(lineOf)),
    element('h3', {}, 'What the service states about itself'),
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
