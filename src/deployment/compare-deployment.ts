/**
 * Compares a running service with a rendered deployment: the compose file byte for byte, and the
 * settings with its literals.
 */
import {
  compareMeasuredSettings,
  readMeasuredSettings,
} from '../../attestation/application/measured-settings.js';
import { parseBundle } from '../../attestation/bundle.js';
import { EvidenceError } from '../../attestation/check.js';
import { composeHashOf } from '../../attestation/evidence/compose-hash.js';
import { parseStatement } from '../../attestation/schema/statement.js';

/** One comparison, and the line that reports it. */
export type Comparison = { readonly holds: boolean; readonly line: string };

const hashOf = (text: string): string =>
  Buffer.from(composeHashOf(new Uint8Array(Buffer.from(text)))).toString('hex');

function compareFiles(measured: string | undefined, local: string): Comparison {
  if (measured === undefined)
    return { holds: false, line: 'the document contains no compose file' };
  const holds = measured === local;
  const [ours, theirs] = [hashOf(local), hashOf(measured)];
  return {
    holds,
    line: holds
      ? `compose hash ${ours}`
      : `compose hash ${theirs}but the rendered file has ${ours}`,
  };
}

function compareLiterals(statement: string | undefined, local: string): Comparison {
  if (statement === undefined) return { holds: false, line: 'the document has no statement' };
  const { config } = parseStatement(statement);
  const names = Object.keys(config);
  const effective = Object.fromEntries(names.map((name) => [name, config[name] ?? undefined]));
  const differences = compareMeasuredSettings(readMeasuredSettings(local), effective, names);
  const said = differences.map(({ name, reason }) => `${name} (${reason})`).join(', ');
  return differences.length === 0
    ? { holds: true, line: `${names.length} settings match literals in the rendered file` }
    : { holds: false, line: `settings differ from the rendered file: ${said}` };
}

/**
 * Compares a response of `/attestation` with the rendered app-compose file. A document that cannot
 * be read does not match.
 */
export function compareDeployment(documentText: string, local: string): readonly Comparison[] {
  try {
    const { evidence, document } = parseBundle(documentText);
    return [compareFiles(evidence.app_compose, local), compareLiterals(document?.statement, local)];
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return [{ holds: false, line: `the document cannot be compared: ${error.reason}` }];
  }
}
