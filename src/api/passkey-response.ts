/**
 * What a browser answers for a passkey, as `PublicKeyCredential.toJSON()` writes it. Members that
 * are not read are dropped.
 */
import { z } from 'zod';
import type { JsonInput } from './endpoint.js';

const base64url = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[A-Za-z0-9_-]+$/);

const credentialId = base64url(1_364);
const clientDataJSON = base64url(4_096);

const isOne = ({ id, rawId }: { readonly id: string; readonly rawId: string }): boolean =>
  id === rawId;

/**
 * How a passkey is reached (WebAuthn Level 3, section 5.8.4). What is not known is of no use to a
 * browser later.
 */
const TRANSPORTS = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);

// Browsers and password managers leave it out, say null, or add words of their own: none of that is
// a reason to refuse.
const transports = z
  .unknown()
  .optional()
  .transform((value): string[] =>
    Array.isArray(value)
      ? [...TRANSPORTS].filter((known) => value.slice(0, 100).includes(known))
      : [],
  );

/** Some authenticators return an empty handle where they keep none. */
const userHandle = z
  .union([base64url(128), z.literal('')])
  .nullish()
  .transform((text) => text || undefined);

const frame = { id: credentialId, rawId: credentialId, type: z.literal('public-key') };

/** Of `navigator.credentials.create()`. */
export const passkeyRegistration = z
  .object({
    ...frame,
    response: z.object({
      clientDataJSON,
      attestationObject: base64url(16_384),
      transports,
    }),
  })
  .refine(isOne);

/** Of `navigator.credentials.get()`. */
export const passkeyAssertion = z
  .object({
    ...frame,
    response: z.object({
      clientDataJSON,
      authenticatorData: base64url(4_096),
      signature: base64url(4_096),
      userHandle,
    }),
  })
  .refine(isOne);

/** A new passkey, as it is verified. */
export type PasskeyRegistration = z.infer<typeof passkeyRegistration>;
/** A use of a passkey, as it is verified. */
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;
/** A new passkey, as a browser sends it. */
export type PasskeyRegistrationJson = JsonInput<typeof passkeyRegistration>;
/** A use of a passkey, as a browser sends it. */
export type PasskeyAssertionJson = JsonInput<typeof passkeyAssertion>;
