/** `source.provenance`: which images the measured file names, and what the build claims to be made from. */
import { parse } from 'yaml';
import { EvidenceError } from '../check.js';
import type { Statement } from '../schema/statement.js';

const CHECK = 'source.provenance';
const PINNED = /^[a-z0-9.\-/:_]+@sha256:[0-9a-f]{64}$/;

/** Images by service. Throws an EvidenceError of `source.provenance` where the file can not be read so far. */
function readImages(appCompose: string): ReadonlyMap<string, string> {
  try {
    const { docker_compose_file: file } = Object(JSON.parse(appCompose));
    const { services } = Object(parse(String(file), { maxAliasCount: 0 }));
    return new Map(
      Object.entries(Object(services)).map(([name, service]) => [
        name,
        String(Object(service).image),
      ]),
    );
  } catch (cause) {
    throw new EvidenceError(CHECK, 'the images of the compose file can not be read', cause);
  }
}

/**
 * Says which image by digest the file names, and the commit that the statement claims. Throws an EvidenceError of
 * `source.provenance` for a file that names none, or one that is not pinned.
 */
export function describeProvenance(appCompose: string, statement: Statement | undefined): string {
  const images = [...readImages(appCompose)];
  if (images.length === 0) throw new EvidenceError(CHECK, 'the compose file names no image');
  const loose = images.filter(([, image]) => !PINNED.test(image)).map(([name]) => name);
  if (loose.length > 0) throw new EvidenceError(CHECK, `not by digest: ${loose.join(', ')}`);
  const { commit } = statement?.source ?? {};
  const claim = commit === undefined ? 'no commit is claimed' : `claimed to be commit ${commit}`;
  return `${images.map(([name, image]) => `${name}: ${image}`).join(', ')}; ${claim}`;
}
