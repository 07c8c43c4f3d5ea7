/** What a browser answers for a passkey, as `PublicKeyCredential.toJSON()` writes it. Members that are not read are dropped. */
import { z } from 'zod';

const base64url = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[A-Za-z0-9_-]+$/);

const credentialId = base64url(1_364);
const clientDataJSON = base64url(4_096);

const isOne = ({ id, rawId }: { readonly id: string; readonly rawId: string }): boolean =>
  id === rawId;

const frame = { id: credentialId, rawId: credentialId, type: z.literal('public-key') };

/** Of `navigator.credentials.create()`. */
export const passkeyRegistration = z
  .object({
    ...frame,
    response: z.object({
      clientDataJSON,
      attestationObject: base64url(16_384),
      transports: z.array(z.string().max(32)).max(10).default([]),
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
      userHandle: base64url(128).nullish(),
    }),
  })
  .refine(isOne);

export type PasskeyRegistration = z.infer<typeof passkeyRegistration>;
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;
