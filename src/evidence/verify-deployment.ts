/**
 * Verifies the deployment of a production service before it starts. Environment values are not
 * measured, so every relevant setting must be a literal of the measured compose file. The logs and
 * system information of the VM must not be public.
 */
import { EvidenceError } from '../../attestation/check.js';
import { parseAppCompose } from '../../attestation/application/app-compose.js';
import {
  compareMeasuredSettings,
  readMeasuredSettings,
} from '../../attestation/application/measured-settings.js';
import { ServiceError } from '../errors.js';
import { utf8 } from '../protocol/bytes.js';

/**
 * Verifies the effective settings, which the statement will attest. Throws ERR_DEPLOYMENT_UNSAFE
 * with every problem.
 */
export function verifyDeployment(
  appCompose: string,
  settings: Readonly<Record<string, string | null>>,
): void {
  const problems = [...problemsOfFile(appCompose), ...problemsOfSettings(appCompose, settings)];
  if (problems.length > 0)
    throw new ServiceError('ERR_DEPLOYMENT_UNSAFE', { detail: { problems } });
}

function problemsOfFile(text: string): readonly string[] {
  const { appCompose } = parseAppCompose(utf8(text));
  if (appCompose === undefined) return ['the app-compose file cannot be read'];
  return [
    ...(appCompose.public_logs === false ? [] : ['public_logs: must be false']),
    ...(appCompose.public_sysinfo === false ? [] : ['public_sysinfo: must be false']),
  ];
}

function problemsOfSettings(
  text: string,
  settings: Readonly<Record<string, string | null>>,
): readonly string[] {
  const names = Object.keys(settings);
  const effective = Object.fromEntries(names.map((name) => [name, settings[name] ?? undefined]));
  try {
    return compareMeasuredSettings(readMeasuredSettings(text), effective, names).map(
      ({ name, reason }) => `${name}: ${WORDS[reason]}`,
    );
  } catch (error) {
    if (error instanceof EvidenceError) return [`the compose file: ${error.reason}`];
    throw error;
  }
}

const WORDS = {
  'not-measured': 'is not a literal of the measured compose file',
  'not-given': 'is a literal of the measured compose file, but was not given to the process',
  different: 'differs from the value in the measured compose file',
  'from-outside': 'must not come from outside the measured compose file',
} as const;
