/**
 * Judges `source.provenance`: the images that the measured file names, and the source that the
 * build claims.
 */
import { parse } from 'yaml';
import { EvidenceError } from '../check.js';
import type { Statement } from '../schema/statement.js';

const CHECK = 'source.provenance';
const PINNED = /^[a-z0-9.\-/:_]+@sha256:[0-9a-f]{64}$/;

/**
 * Returns the image of each service. Throws an EvidenceError of `source.provenance` if the file
 * cannot be parsed.
 */
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
    throw new EvidenceError(CHECK, 'the images of the compose file cannot be read', cause);
  }
}

/**
 * Describes the images by digest, and the commit that the statement claims. Throws an EvidenceError
 * of `source.provenance` if the file names no image or an image without a digest.
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
