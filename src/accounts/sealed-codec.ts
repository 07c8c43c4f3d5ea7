/**
 * The codec of all sealed documents: a kind and a schema that is checked in both directions.
 *
 * `encode` applies the schema before the commit, so a document that `decode` would reject is never
 * written. A limit that a writer fails to enforce therefore fails one request and does not lock the
 * account.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';

/** Converts values of one kind of document to bytes and back. */
export type SealedCodec<T> = {
  /** The kind of document. It is part of the storage key and of the associated data. */
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

type Checked = ReturnType<z.ZodType['safeParse']>;

function codecOf<T>(
  kind: string,
  schema: z.ZodType<T>,
  { read, write }: Syntax,
  check: (value: T) => Checked = (value) => z.safeEncode(schema, value),
): SealedCodec<T> {
  return {
    kind,
    encode: (value) => {
      const { success, data, error: cause } = check(value);
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

/**
 * Creates a codec that writes JSON. `schema` must be reversible: it may contain zod codecs but no
 * transforms.
 */
export const sealedCodec = <T>(kind: string, schema: z.ZodType<T>): SealedCodec<T> =>
  codecOf(kind, schema, json);

/** Creates a codec for documents that consist of one text. */
export const sealedTextCodec = (kind: string, schema: z.ZodType<string>): SealedCodec<string> =>
  codecOf(kind, schema, plainText);

/**
 * Creates a codec that writes JSON, for a schema that contains no zod codecs. Its values look the
 * same in both directions, so they are checked as they are when they are read, which zod compiles.
 */
export const sealedRecordCodec = <T>(kind: string, schema: z.ZodType<T, T>): SealedCodec<T> =>
  codecOf(kind, schema, json, (value) => schema.safeParse(value));
