/**
 * "What holds your key": what the service states about itself, what this browser checked of it, and
 * what it did not.
 *
 * This page comes from the service that it asks about. It therefore shows no verdict, only lines
 * that state what was checked, and the command with which an auditor checks the rest without this
 * page.
 */
import type { getAttestation } from '../api/attestation.js';
import { type Child, element } from '../pages/element.js';
import { icon, type IconName } from '../pages/icons.js';
import { codeOf, sentenceOf } from '../pages/page-error.js';
import { callService } from '../pages/service-api.js';
import { type Checked, checkEvidence, hexOf, type Line } from './check-evidence.js';
import { copyable } from './copyable.js';
import { evidenceChain } from './evidence-chain.js';
import { control, fold, foldedCode, quiet } from './parts.js';
import { Section } from './section.js';
import { describeStatement } from './statement-words.js';
import { t } from '../pages/translate.js';

const NONCE_BYTES = 32;

const LABELS: { readonly [verdict in Line['verdict']]: string } = {
  checked: `${t('Checked here')}: `,
  contradicted: `${t('Checked here, and it does not hold')}: `,
  'not-checked': `${t('Not checked here')}: `,
};
const SIGNS: { readonly [verdict in Line['verdict']]: IconName } = {
  checked: 'check',
  contradicted: 'cross',
  'not-checked': 'ring',
};

/** The card of the evidence. */
export class EvidenceCard extends Section {
  readonly #verdict = element('p', { class: 'notice', role: 'status' });

  constructor() {
    super({
      id: 'attestation',
      level: 2,
      title: t('What holds your key'),
      intro: t(
        'The service can show evidence of the machine and the code that hold your keys. A browser can check only a part of it.',
      ),
      action: control({
        name: 'ask-evidence',
        text: t('Check now'),
        onClick: () => void this.#ask(),
      }),
    });
    this.#draw();
  }

  #draw(checked?: Checked, details?: Child): void {
    const command = `npm run verify-attestation -- ${location.origin} --policy my-policy.json`;
    this.show(
      evidenceChain(checked?.lines ?? [], checked?.endOfTls),
      ...(checked === undefined ? [] : show(checked)),
      this.#verdict,
      details,
      fold(
        t('How anybody can check the rest'),
        quiet(
          t(
            'An auditor checks the rest from the source code, without trusting this page. Anybody can run:',
          ),
        ),
        copyable(command, t('the command that checks the evidence')),
      ),
    );
  }

  /** The sentence stays in the document, so that screen readers announce its changes. */
  async #ask(): Promise<void> {
    const nonce = hexOf(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
    this.#verdict.textContent = '';
    delete this.#verdict.dataset['code'];
    try {
      const answer = await callService<typeof getAttestation>('GET', `/attestation?nonce=${nonce}`);
      const checked = await checkEvidence(answer, {
        nonce,
        origin: location.origin,
        nowMs: Date.now(),
        sha512: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-512', bytes)),
        sha256: async (bytes) =>
          new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))),
      });
      const { statement, statementText } = checked;
      const stated = describeStatement(statement, statementText);
      this.#draw(checked, fold(t('What the service states about itself'), stated));
      this.#verdict.textContent = summaryOf(checked);
    } catch (error) {
      this.#draw(undefined, foldedCode(codeOf(error)));
      this.#verdict.dataset['code'] = codeOf(error);
      this.#verdict.textContent = sentenceOf(error);
    }
  }
}

const contradictions = ({ lines }: Checked): number =>
  lines.filter(({ verdict }) => verdict === 'contradicted').length;

/** The summary never states that everything is fine, only what was found. */
function summaryOf(checked: Checked): string {
  if (contradictions(checked) > 0) return t('A check of the answer failed. Do not rely on it.');
  if (checked.isSimulated) return t('The answer is a simulation: it proves nothing.');
  return t(
    'No contradiction was found. This is not a verdict: this page comes from the service that it asks about.',
  );
}

function show(checked: Checked): readonly Node[] {
  const { lines, isSimulated } = checked;
  return [
    ...(contradictions(checked) > 0
      ? [
          alert(
            'danger',
            t('Do not rely on this answer'),
            t('At least one check failed, as marked below.'),
          ),
        ]
      : []),
    ...(isSimulated
      ? [
          alert(
            'caution',
            t('Simulated: there is no confidential machine'),
            t(
              'The operator of this service can read every key in it. It is for development only. Do not use a key that matters to you.',
            ),
          ),
        ]
      : []),
    element('ul', { class: 'checks' }, ...lines.map(lineOf)),
  ];
}

const alert = (kind: 'danger' | 'caution', title: string, text: string): HTMLElement =>
  element(
    'div',
    { class: `next ${kind === 'danger' ? 'bad' : 'notice'}`, 'data-alert': kind },
    icon('alert'),
    element('div', {}, element('b', {}, title), element('p', {}, text)),
  );

const lineOf = ({ id, verdict, text }: Line): HTMLElement =>
  element(
    'li',
    { class: verdict, 'data-line': id, 'data-verdict': verdict },
    icon(SIGNS[verdict], `icon ${SIGNS[verdict]}`),
    element('span', {}, element('b', {}, LABELS[verdict]), text),
  );
