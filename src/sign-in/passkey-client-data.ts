/**
 * Parses and checks the client data of WebAuthn (Level 3, section 5.8.1): the browser states in it
 * what a passkey was used for, and the passkey signs it.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import { decodeBase64url } from '../protocol/base64url.js';
import { decodeUtf8 } from '../protocol/bytes.js';

const clientDataSchema = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
});

/** The members of the client data that are checked here. */
export type ClientData = z.infer<typeof clientDataSchema>;

/** Where passkeys may be used. The values come from the configuration, never from a request. */
export type PasskeySettings = {
  /** The public origin of the service. */
  readonly origin: string;
  /** The host name of the origin, without the port. */
  readonly rpId: string;
  /** Origins of the apps whose pages may embed this service's pages. */
  readonly appOrigins: readonly string[];
};

/** Parses client data in base64url. Throws ERR_PASSKEY_INVALID. */
export function parseClientData(encoded: string): ClientData {
  try {
    const value: unknown = JSON.parse(decodeUtf8(decodeBase64url(encoded)) ?? '');
    return clientDataSchema.parse(value);
  } catch (cause) {
    throw new ServiceError('ERR_PASSKEY_INVALID', { cause });
  }
}

/**
 * Accepts pages of this service only, at the top level or embedded by an allowed app. A missing
 * `topOrigin` is accepted, because the pages themselves refuse to be embedded elsewhere. Throws
 * ERR_PASSKEY_ORIGIN.
 */
export function requirePasskeyOrigin(
  { origin, crossOrigin = false, topOrigin }: ClientData,
  settings: PasskeySettings,
): void {
  const isEmbeddedRightly =
    topOrigin === undefined || (crossOrigin && settings.appOrigins.includes(topOrigin));
  if (origin !== settings.origin || !isEmbeddedRightly) {
    throw new ServiceError('ERR_PASSKEY_ORIGIN');
  }
}
