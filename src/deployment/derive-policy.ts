/**
 * Derives the policy of a rendered deployment: the production policy, completed with what is known
 * before the first start.
 */
import { KILL_SWITCH } from '../../attestation/application/environment-names.js';
import { type Platform, type Policy, policySchema } from '../../attestation/policy/policy.js';
import type { OperatorFile } from './operator-file.js';
import type { Identity } from './render-app-compose.js';
import { sha256Hex } from '../../attestation/bytes.js';

/** What a policy is derived from. */
export type RenderedDeployment = {
  readonly operator: OperatorFile;
  readonly settings: Readonly<Record<string, string | null>>;
  readonly identity: Identity;
  readonly platform: Platform;
  /** The names of values that may come from outside. */
  readonly fromOutside: readonly string[];
};

/**
 * Pins every setting to its one value and the kill switch to both of its values. Where the service
 * ends TLS, the policy demands that it does, that evidence is bound to the connection, and that CAA
 * records allow an account of its own alone. The image of the machine and the facts of governance
 * stay as in the production policy, and `reviewed` is false, because no person has read the result
 * yet.
 */
export function derivePolicy(
  production: Policy,
  { operator, settings, identity, platform, fromOutside }: RenderedDeployment,
): Policy {
  const { preLaunchScript, keyProvider } = operator;
  const scripts = preLaunchScript === undefined ? [] : [preLaunchScript];
  const mode = settings['TLS_MODE'] ?? 'off';
  const endsTls = mode !== 'off';
  const pinned = Object.entries(settings).map(([name, value]) => [name, [value]]);
  return policySchema.parse({
    ...production,
    name: `${operator.name} ${identity.composeHash.slice(0, 12)}`,
    reviewed: false,
    ...(endsTls ? { channel: 'bound' } : {}),
    ...(mode === 'acme' ? { caa: 'account' } : {}),
    application: {
      ...production.application,
      composeHashes: [identity.composeHash],
      appIds: [identity.appId],
      ...(platform === 'dstack-vmm' ? {} : { platform }),
      ...(endsTls ? { tlsModes: [mode] } : {}),
      allowedEnvs: [...fromOutside],
      preLaunchScripts: scripts.map((text) => sha256Hex(text)),
    },
    keys: {
      ...production.keys,
      kmsRoots: [settings['KMS_ROOT_PUBLIC_KEY']].filter((root) => typeof root === 'string'),
      keyProviders: [keyProvider],
    },
    statement: {
      ...production.statement,
      config: { ...Object.fromEntries(pinned), [KILL_SWITCH]: ['on', 'off'] },
    },
  });
}
