/**
 * Judges `source.image`: the images that the measured file names, and the commit that is claimed.
 */
import { parse } from 'yaml';
import { EvidenceError } from '../check.js';
import type { Statement } from '../schema/statement.js';
import { isTooLarge } from './yaml-size.js';

const CHECK = 'source.image';
const PINNED = /^[a-z0-9.\-/:_]+@sha256:[0-9a-f]{64}$/;

/** The image of each service by the name of the service, each by digest. */
export type MeasuredImages = ReadonlyMap<string, string>;

/**
 * Returns the image of each service. Throws an EvidenceError of `source.image` if the file cannot
 * be parsed.
 */
function readImages(appCompose: string): MeasuredImages {
  try {
    const { docker_compose_file: file } = Object(JSON.parse(appCompose));
    if (typeof file !== 'string' || isTooLarge(file)) throw new TypeError('no file, or too large');
    const { services } = Object(parse(file, { maxAliasCount: 0 }));
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
 * Returns the images of the measured file. Throws an EvidenceError of `source.image` if the file
 * names no image or an image without a digest.
 */
export function readMeasuredImages(appCompose: string): MeasuredImages {
  const images = readImages(appCompose);
  if (images.size === 0) throw new EvidenceError(CHECK, 'the compose file names no image');
  const loose = [...images].filter(([, image]) => !PINNED.test(image)).map(([name]) => name);
  if (loose.length > 0) throw new EvidenceError(CHECK, `not by digest: ${loose.join(', ')}`);
  return images;
}

/** Describes the images by digest, and the commit that the statement claims. */
export function describeImages(images: MeasuredImages, statement: Statement | undefined): string {
  const { commit } = statement?.source ?? {};
  const claim = commit === undefined ? 'no commit is claimed' : `claimed to be commit ${commit}`;
  return `${[...images].map(([name, image]) => `${name}: ${image}`).join(', ')}; ${claim}`;
}

/** Returns the SHA-256 in a reference by digest. */
export const digestOfImage = (image: string): string => image.slice(image.indexOf('@sha256:') + 8);
