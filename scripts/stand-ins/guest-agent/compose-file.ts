import { createHash } from 'node:crypto';
import { utf8 } from '../../../src/protocol/bytes.js';

/**
 * The compose file that is measured by default. It is ASCII, as the SDK's socket reader requires.
 */
export const DEVELOPMENT_COMPOSE = utf8(
  JSON.stringify({
    manifest_version: 2,
    name: 'sealwright-development',
    runner: 'docker-compose',
    docker_compose_file: 'services: {}\n',
    public_logs: false,
    public_sysinfo: false,
    public_tcbinfo: true,
    kms_enabled: true,
    gateway_enabled: true,
    allowed_envs: [],
    no_instance_id: false,
  }),
);

/** Returns the SHA-256 of the file's exact bytes. */
export function composeHashOf(compose: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(compose).digest());
}
