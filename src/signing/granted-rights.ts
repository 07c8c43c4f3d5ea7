import type { Recap } from '../protocol/recap.js';
import { findResource, type Resource } from '../protocol/resource.js';

/**
 * The rights that a verified ReCap grants over one resource, with the resource parsed once for
 * everything that judges it.
 */
export type GrantedRights = {
  /** The resource as signed. */
  readonly uri: string;
  /** The abilities as signed, in byte order. */
  readonly abilities: readonly string[];
  /** Undefined if the URI is not a TinyCloud resource. */
  readonly resource: Resource | undefined;
};

/** Returns the rights of a verified ReCap, in byte order of their resources. */
export const grantedRightsOf = ({ attenuations }: Recap): readonly GrantedRights[] =>
  [...attenuations].map(([uri, abilities]) => ({ uri, abilities, resource: findResource(uri) }));
