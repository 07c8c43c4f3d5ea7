/** An app-compose file that passes the lint, for tests that break one thing of it. */
import type { LintPolicy } from '../../attestation/application/lint-app-compose.js';

export const GOOD_DIGEST = '3f1c5a7e9b2d4f60718293a4b5c6d7e8f9011223344556677889aabbccddeef0';

export const GOOD_COMPOSE = `services:
  sealwright:
    image: ghcr.io/example/sealwright@sha256:${GOOD_DIGEST}
    environment:
      PORT: "3001"
      HOST: "0.0.0.0"
      DATA_DIR: /data
      TINYCLOUD_BOOTSTRAP_ON_SIGN: \${TINYCLOUD_BOOTSTRAP_ON_SIGN:-on}
      API_SECRET: \${API_SECRET}
    volumes:
      - /var/run/dstack.sock:/var/run/dstack.sock
      - state:/data
    ports:
      - "3001:3001"
    read_only: true
    tmpfs:
      - /tmp:size=16m
    user: "65532:65532"
    cap_drop:
      - ALL
    security_opt:
      - no-new-privileges:true
    healthcheck:
      test: [CMD, /nodejs/bin/node, /app/dist/scripts/health-check.js]
      interval: "30s"
      retries: 3
    restart: on-failure
volumes:
  state: {}
`;

export const GOOD_MEMBERS: Readonly<Record<string, unknown>> = {
  manifest_version: 2,
  name: 'sealwright',
  runner: 'docker-compose',
  docker_compose_file: GOOD_COMPOSE,
  kms_enabled: true,
  gateway_enabled: true,
  local_key_provider_enabled: false,
  key_provider_id: '3059301306072a8648ce3d0201',
  public_logs: false,
  public_sysinfo: false,
  public_tcbinfo: true,
  allowed_envs: ['TINYCLOUD_BOOTSTRAP_ON_SIGN', 'API_SECRET'],
  no_instance_id: false,
  secure_time: true,
};

export const GOOD_POLICY: LintPolicy = {
  tlsModes: ['off', 'acme'],
  allowedEnvs: ['TINYCLOUD_BOOTSTRAP_ON_SIGN', 'API_SECRET'],
  preLaunchScripts: [],
};

/** The good file with other members; undefined takes one out. */
export function appComposeText(changed: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...GOOD_MEMBERS, ...changed });
}

/** The good compose file with one text replaced, which must be in it once. */
export function composeWith(from: string, to: string): string {
  if (GOOD_COMPOSE.split(from).length !== 2) throw new TypeError(`not once in the file: ${from}`);
  return GOOD_COMPOSE.replace(from, () => to);
}
