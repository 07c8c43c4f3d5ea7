/** The policy that fits a rendered deployment: the production policy with what is known before the first start filled in. */
import { KILL_SWITCH } from '../../attestation/application/environment-names.js';
import { type Policy, policySchema } from '../../attestation/policy/policy.js';
import type { OperatorFile } from './operator-file.js';
import type { Identity } from './render-app-compose.js';
import { sha256Hex } from '../../attestation/bytes.js';

export type RenderedDeployment = {
  readonly operator: OperatorFile;
  readonly settings: Readonly<Record<string, string | null>>;
  readonly identity: Identity;
};

/**
 * Every setting is pinned to its one value, the kill-switch to both of its own. The machine's image and the facts of governance
 * are left as the production policy has them, and nothing was read by a person yet: `reviewed` is false.
 */
export function derivePolicy(
  production: Policy,
  { operator, settings, identity }: RenderedDeployment,
): Policy {
  const { preLaunchScript, keyProvider } = operator;
  const scripts = preLaunchScript === undefined ? [] : [preLaunchScript];
  const pinned = Object.entries(settings).map(([name, value]) => [name, [value]]);
  return policySchema.parse({
    ...production,
    name: `${operator.name} ${identity.composeHash.slice(0, 12)}`,
    reviewed: false,
    application: {
      ...production.application,
      composeHashes: [identity.composeHash],
      appIds: [identity.appId],
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
