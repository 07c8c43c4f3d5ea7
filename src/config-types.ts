/** The types of values in the environment. */
import { z } from 'zod';
import { parseRateLimits } from './limits/parse-rate-limits.js';
import { parseKeyDid } from './protocol/did.js';

/** A setting's description, and the text of its default if that is not a constant. */
export type SettingMeta = { readonly description: string; readonly defaultText?: string };

/** Describes a setting. */
export const about = (description: string, defaultText?: string): SettingMeta => ({
  description,
  ...(defaultText === undefined ? {} : { defaultText }),
});

function parseOrigin(text: string): URL | undefined {
  try {
    const url = new URL(text);
    const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
    return isHttp && (text === url.origin || text === `${url.origin}/`) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** An origin without a path. */
export const origin = z
  .string()
  .refine((text) => parseOrigin(text) !== undefined, 'must be an origin, scheme://host[:port]')
  .transform((text) => new URL(text).origin);
/** Texts that are separated by commas. */
export const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
/** A whole number within bounds, both included. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^(?:0|[1-9][0-9]*)$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);
/** A switch, which is true for `on`. */
export const onOff = z.enum(['on', 'off']).transform((value) => value === 'on');

/** Returns whether the text is the did:key of an Ed25519 key. */
export const isNodeDid = (text: string): boolean => {
  try {
    return parseKeyDid(text).length === 32;
  } catch {
    return false;
  }
};

/**
 * The value stays the given text, which is what is attested. Without it, the defaults of this build
 * apply.
 */
export const rateLimits = z.string().superRefine((text, context) => {
  for (const message of parseRateLimits(text).problems) context.addIssue(message);
});

/** Returns whether a text is an address of RFC 9116: a page or a mailbox. */
export const isContact = (text: string): boolean =>
  /^(?:https:\/\/[^\s]+|mailto:[^\s@]+@[^\s@]+)$/.test(text);
