/**
 * Judges `compose.lint`, `config.measured`, `source.image` and `source.provenance`: the contents of
 * the measured file.
 */
import { EvidenceError } from '../check.js';
import type { Policy } from '../policy/policy.js';
import { judgeProvenance, type ProvenanceQuestion } from '../provenance/judge-provenance.js';
import type { Findings } from '../report.js';
import type { Statement } from '../schema/statement.js';
import { lintAppCompose } from './compose-lint.js';
import { placedRule } from './lint-rules.js';
import { compareMeasuredSettings, readMeasuredSettings } from './measured-settings.js';
import { describeImages, readMeasuredImages } from './measured-images.js';

const SHOWN = 8;
const NOT_ASKED = 'the policy does not require it';

/** Judges a compose file that has been verified to be the measured one. */
export function judgeCompose(
  findings: Findings,
  compose: string,
  statement: Statement | undefined,
  policy: Policy,
  provenance: ProvenanceQuestion | undefined,
): void {
  const { application, statement: demands } = policy;
  if (application.lint) judgeLint(findings, compose, application);
  else findings.judge('compose.lint', 'info', NOT_ASKED);
  if (!demands.measured) findings.judge('config.measured', 'info', NOT_ASKED);
  else if (statement !== undefined) {
    findings.attempt(
      'config.measured',
      () => verifyMeasured(compose, statement),
      (count) => `${count} settings are literals of the file`,
    );
  }
  judgeSource(findings, { compose, statement }, policy, provenance);
}

function judgeSource(
  findings: Findings,
  { compose, statement }: { compose: string; statement: Statement | undefined },
  policy: Policy,
  provenance: ProvenanceQuestion | undefined,
): void {
  const { application, statement: demands, source } = policy;
  const asksForSource = source !== undefined || provenance !== undefined;
  if (!application.lint && !demands.measured && !asksForSource) {
    findings.judge('source.image', 'info', NOT_ASKED);
    return;
  }
  const images = findings.attempt(
    'source.image',
    () => readMeasuredImages(compose),
    (seen) => describeImages(seen, statement),
  );
  if (images !== undefined) judgeProvenance(findings, provenance, { images, statement }, policy);
}

function judgeLint(findings: Findings, compose: string, rules: Policy['application']): void {
  const found = lintAppCompose(new Uint8Array(Buffer.from(compose)), rules);
  if (found.length === 0) {
    const byPlatform =
      rules.platform === 'phala-cloud'
        ? '; Phala Cloud composed it, so the boot log names the KMS, and the host sets the clock'
        : '';
    findings.judge('compose.lint', 'pass', `every key and value is known to be safe${byPlatform}`);
    return;
  }
  const shown = found.slice(0, SHOWN).map(placedRule);
  const more = found.length > SHOWN ? `, and ${found.length - SHOWN} more` : '';
  findings.judge(
    'compose.lint',
    'fail',
    `${shown.join(', ')}${more}`,
    'a file that breaks no rule',
  );
}

/**
 * Returns the number of settings. Throws an EvidenceError of `config.measured` that names the
 * differences.
 */
function verifyMeasured(compose: string, { config }: Statement): number {
  const names = Object.keys(config);
  const effective = Object.fromEntries(names.map((name) => [name, config[name] ?? undefined]));
  const differences = compareMeasuredSettings(readMeasuredSettings(compose), effective, names);
  if (differences.length > 0) {
    const shown = differences.slice(0, SHOWN).map(({ name, reason }) => `${name} (${reason})`);
    throw new EvidenceError('config.measured', shown.join(', '));
  }
  return names.length;
}
