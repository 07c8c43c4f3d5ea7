/** Renders a deployment for tests: the shipped template and policy with an operator's values. */
import { readFileSync } from 'node:fs';
import { type Platform, type Policy, policySchema } from '../../attestation/policy/policy.js';
import { parseOperatorFile, type OperatorFile } from '../../src/deployment/operator-file.js';
import { renderDeployment, type Deployment } from '../../src/deployment/render-deployment.js';
import { DEVELOPMENT_SEED, kmsRootOf } from '../../scripts/stand-ins/guest-agent/app-keys.js';
import { KEY_PROVIDER } from '../../scripts/stand-ins/guest-agent/machine.js';
import { GOOD_DIGEST } from '../attestation/good-app-compose.js';

export const ROOT = new URL('../../../', import.meta.url);
export const TEMPLATE = readFileSync(new URL('docker-compose.dstack.yml', ROOT), 'utf8');
export const PRODUCTION: Policy = policySchema.parse(
  JSON.parse(readFileSync(new URL('attestation/policy.production.json', ROOT), 'utf8')),
);

/** The operator of the stand-in machine. */
export const OPERATOR: OperatorFile = {
  name: 'sealwright',
  image: `ghcr.io/example/sealwright@sha256:${GOOD_DIGEST}`,
  keyProvider: JSON.parse(KEY_PROVIDER.kms) as OperatorFile['keyProvider'],
  settings: {
    PUBLIC_ORIGIN: 'https://sealwright.example',
    TINYCLOUD_NODE_DID: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
    KMS_ROOT_PUBLIC_KEY: kmsRootOf(DEVELOPMENT_SEED),
  },
};

/** Renders with other settings, or other members of the operator's file. */
export function rendered(
  settings: Readonly<Record<string, string>> = {},
  members: Partial<OperatorFile> = {},
  isFirstStart = false,
  platform: Platform = 'dstack-vmm',
  store: 'json' | 'postgres' = 'json',
): Deployment {
  const operator = { ...OPERATOR, ...members, settings: { ...OPERATOR.settings, ...settings } };
  return renderDeployment({
    template: TEMPLATE,
    production: PRODUCTION,
    operator: parseOperatorFile(JSON.stringify(operator)),
    store,
    isFirstStart,
    platform,
  });
}
