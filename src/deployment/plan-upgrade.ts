/** Compares two rendered deployments: what an upgrade changes, and the transactions to propose. */
import { keccak_256 } from '@noble/hashes/sha3';
import { parseAppCompose } from '../../attestation/application/app-compose.js';
import { hex } from '../../attestation/bytes.js';
import { readMeasuredSettings } from '../../attestation/application/measured-settings.js';
import { composeHashOf } from '../../attestation/evidence/compose-hash.js';
import type { Policy } from '../../attestation/policy/policy.js';
import { DeploymentError } from './operator-file.js';

/** The files of a rendered deployment. */
export type RenderedFiles = { readonly appCompose: string; readonly policy: Policy };

type Change = { readonly name: string; readonly from: string; readonly to: string };

const NONE = '(none)';

function changesOf(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): readonly Change[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].toSorted();
  return names
    .map((name) => ({ name, from: from.get(name) ?? NONE, to: to.get(name) ?? NONE }))
    .filter((change) => change.from !== change.to);
}

const settingsOf = ({ appCompose }: RenderedFiles): ReadonlyMap<string, string> =>
  new Map(
    [...readMeasuredSettings(appCompose)].map(([name, setting]) => [
      name,
      setting.kind === 'literal' ? setting.value : `\${${setting.name}}`,
    ]),
  );

/** Every member of the file besides the compose file in it, and the images that this one names. */
function membersOf({ appCompose }: RenderedFiles): ReadonlyMap<string, string> {
  const { appCompose: file } = parseAppCompose(new Uint8Array(Buffer.from(appCompose)));
  if (file === undefined) throw new DeploymentError('app-compose.json cannot be read');
  const { docker_compose_file: compose, ...members } = file;
  const images = [...compose.matchAll(/^ +image: "?([^"\n]+)"?$/gm)];
  return new Map([
    ...images.map(([, image = ''], at) => [`image ${at + 1}`, image] as const),
    ...Object.entries(members).map(([name, value]) => [name, JSON.stringify(value)] as const),
  ]);
}

/** Every leaf of a policy by its path. */
function leavesOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isBranch) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, path === '' ? name : `${path}.${name}`),
  );
}

const hashOf = ({ appCompose }: RenderedFiles): string =>
  hex(composeHashOf(new Uint8Array(Buffer.from(appCompose))));

/** Returns the data of a call of the application's contract (`DstackApp`) with one bytes32. */
export function callData(method: 'addComposeHash' | 'removeComposeHash', hash: string): string {
  const selector = keccak_256(new TextEncoder().encode(`${method}(bytes32)`)).subarray(0, 4);
  return `0x${hex(selector)}${hash}`;
}

function applicationOf(from: RenderedFiles, to: RenderedFiles): string {
  const [before, after] = [from, to].map(({ policy }) => policy.application.appIds?.join());
  if (before === undefined || before === '' || before !== after) {
    throw new DeploymentError(
      `an upgrade keeps the application: ${before ?? NONE} and ${after ?? NONE} differ; put the appId into the operator's file`,
    );
  }
  return before;
}

const section = (title: string, changes: readonly Change[]): readonly string[] => [
  `${title}: ${changes.length === 0 ? 'nothing changes' : `${changes.length} changed`}`,
  ...changes.map(({ name, from, to }) => `  ${name}\n    - ${from}\n    + ${to}`),
];

/**
 * Returns the plan of an upgrade as text. Throws a DeploymentError if the two files are not of one
 * application.
 */
export function planUpgrade(from: RenderedFiles, to: RenderedFiles): string {
  const application = applicationOf(from, to);
  const [before, after] = [hashOf(from), hashOf(to)];
  const policies = changesOf(new Map(leavesOf(from.policy)), new Map(leavesOf(to.policy)));
  const lines = [
    ...section('settings', changesOf(settingsOf(from), settingsOf(to))),
    ...section('app-compose file', changesOf(membersOf(from), membersOf(to))),
    ...section('policy', policies),
    `compose hash: ${before === after ? `stays ${before}` : `${before}\n           to ${after}`}`,
  ];
  if (before === after) return `${lines.join('\n')}\nNo transaction is needed.\n`;
  return `${[
    ...lines,
    `Propose to contract 0x${application}, then start the new file and check it:`,
    `  addComposeHash     ${callData('addComposeHash', after)}`,
    'After the check, so that the old file gets no keys any more:',
    `  removeComposeHash  ${callData('removeComposeHash', before)}`,
  ].join('\n')}\n`;
}
