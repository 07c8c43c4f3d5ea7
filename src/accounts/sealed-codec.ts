/**
 * The one codec of sealed documents: a kind and a schema, checked in both directions.
 *
 * A document that `decode` would reject is never written, because `encode` applies the same schema before the commit. So a
 * limit that a writer forgets costs one request and never the account.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';

export type SealedCodec<T> = {
  /** Names the kind of document; part of its storage key and of its associated data. */
  readonly kind: string;
  /** Throws TypeError for a value that `decode` would not return unchanged. */
  readonly encode: (value: T) => Uint8Array;
  /** Throws ERR_STATE_TAMPERED for bytes that `encode` cannot have written. */
  readonly decode: (plain: Uint8Array) => T;
};

type Syntax = {
  readonly write: (value: unknown) => string;
  readonly read: (text: string) => unknown;
};

const json: Syntax = { write: (value) => JSON.stringify(value), read: (text) => JSON.parse(text) };
const plainText: Syntax = { write: String, read: (text) => text };

function codecOf<T>(kind: string, schema: z.ZodType<T>, { read, write }: Syntax): SealedCodec<T> {
  return {
    kind,
    encode: (value) => {
      const { success, data, error: cause } = z.safeEncode(schema, value);
      if (!success) throw new TypeError(`The value is not a valid ${kind} document.`, { cause });
      return utf8(write(data));
    },
    decode: (plain) => {
      try {
        const text = decodeUtf8(plain);
        if (text === undefined) throw new TypeError('The document is not UTF-8.');
        return z.decode(schema, read(text));
      } catch (cause) {
        throw new ServiceError('ERR_STATE_TAMPERED', { cause, detail: { kind } });
      }
    },
  };
}

/** A codec that writes JSON. `schema` must be reversible: it may contain codecs of zod and no transforms. */
export const sealedCodec = <T>(kind: string, schema: z.ZodType<T>): SealedCodec<T> =>
  codecOf(kind, schema, json);

/** A codec for documents that are one text. */
export const sealedTextCodec = (kind: string, schema: z.ZodType<string>): SealedCodec<string> =>
  codecOf(kind, schema, plainText);
