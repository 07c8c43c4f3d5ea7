/**
 * Determines what dstack declares about an application in the longer forms of mr_config_id, from
 * what was measured.
 */
import type { ConfigFacts, KeyProviderKind } from '../evidence/config-id.js';
import type { BootFacts } from '../evidence/event-log.js';
import { parseAppCompose, type AppCompose } from './app-compose.js';

/**
 * As dstack determines it: the provider that the file names, or else the first switch that is on.
 */
function kindOf({ key_provider: named, ...file }: AppCompose): KeyProviderKind | undefined {
  if (named === 'none' || named === 'local' || named === 'kms' || named === 'tpm') return named;
  if (named !== undefined) return undefined;
  if (file.kms_enabled === true) return 'kms';
  return file.local_key_provider_enabled === true ? 'local' : 'none';
}

/** Returns the facts, or undefined if the boot or the file lacks one. */
export function configFactsOf(
  appCompose: Uint8Array | undefined,
  boot: Pick<BootFacts, 'appId' | 'instanceId'> | undefined,
): ConfigFacts | undefined {
  if (appCompose === undefined || boot === undefined) return undefined;
  const { appCompose: file } = parseAppCompose(appCompose);
  const kind = file && kindOf(file);
  const id = file?.key_provider_id ?? '';
  if (kind === undefined || !/^(?:[0-9a-f]{2})*$/.test(id)) return undefined;
  const { appId, instanceId } = boot;
  return {
    appId,
    instanceId,
    keyProvider: { kind, id: new Uint8Array(Buffer.from(id, 'hex')) },
  };
}
