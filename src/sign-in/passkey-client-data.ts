/** What the browser says a passkey was used for (WebAuthn Level 3, section 5.8.1): it is part of what the passkey signs. */
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

export type ClientData = z.infer<typeof clientDataSchema>;

/** For whom passkeys are; from the configuration, never from a request. */
export type PasskeySettings = {
  /** The origin that people see. */
  readonly origin: string;
  /** Its host name, without the port. */
  readonly rpId: string;
  /** Pages of apps that may embed ours. */
  readonly appOrigins: readonly string[];
};

/** Throws ERR_PASSKEY_INVALID. */
export function parseClientData(encoded: string): ClientData {
  try {
    const value: unknown = JSON.parse(decodeUtf8(decodeBase64url(encoded)) ?? '');
    return clientDataSchema.parse(value);
  } catch (cause) {
    throw new ServiceError('ERR_PASSKEY_INVALID', { cause });
  }
}

/**
 * Only pages of this service, on their own or embedded by an app that may. A browser that does not name the embedding page is
 * believed: the pages themselves refuse to be embedded elsewhere. Throws ERR_PASSKEY_ORIGIN.
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
