/** The keys of the user. */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import { address, name, time } from './formats.js';

/** One key. Its private half leaves the service only if its owner exports it. */
export const key = z
  .strictObject({
    id: z.string(),
    address,
    label: z.string(),
    createdAt: time,
    archivedAt: time.exactOptional().meta({ description: 'Present while the key cannot sign.' }),
    exportedAt: time.exactOptional().meta({ description: 'When its owner last exported it.' }),
  })
  .meta({
    id: 'Key',
    description: 'A key of the user.',
    examples: [
      {
        id: 'mfrggzdfmztwq2lknnwg23tpoaydamrq-1',
        address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
        label: 'Key 1',
        createdAt: '2026-03-01T12:00:00.000Z',
      },
    ],
  });
export const keyList = z.strictObject({ keys: z.array(key) }).meta({ id: 'KeyList' });
const newKey = z.strictObject({ label: name.optional() }).meta({ id: 'NewKey' });
const keyLabel = z.strictObject({ label: name }).meta({ id: 'KeyLabel' });

const keyExport = z
  .strictObject({
    passphrase: z.string().min(12).max(1_000),
    confirmation: z.string().max(200).meta({
      description: 'The word `export`, a space, and the label of the key, as the person typed it.',
    }),
  })
  .meta({ id: 'KeyExport' });
const keystoreFile = z
  .strictObject({
    version: z.literal(3),
    id: z.string(),
    address: z.string(),
    crypto: z.strictObject({
      cipher: z.literal('aes-128-ctr'),
      cipherparams: z.strictObject({ iv: z.string() }),
      ciphertext: z.string(),
      kdf: z.literal('scrypt'),
      kdfparams: z.strictObject({
        dklen: z.literal(32),
        n: z.int(),
        r: z.int(),
        p: z.int(),
        salt: z.string(),
      }),
      mac: z.string(),
    }),
  })
  .meta({ id: 'KeystoreFile', description: 'Web3 Secret Storage, version 3.' });

/** A key of the user. */
export type Key = Json<typeof key>;
/** All keys of the user, archived ones included. */
export type KeyList = Json<typeof keyList>;

const common = { tag: 'keys', errors: ['ERR_KEY_NOT_FOUND'] } as const;

export const listKeys = {
  id: 'listKeys',
  tag: 'keys',
  method: 'GET',
  path: '/api/keys',
  summary: 'List the keys of the user',
  replies: { 200: keyList },
  errors: [],
} as const satisfies Endpoint;

export const createKey = {
  id: 'createKey',
  tag: 'keys',
  method: 'POST',
  path: '/api/keys',
  summary: 'Create a key',
  request: newKey,
  replies: { 201: key },
  errors: ['ERR_KEY_LIMIT'],
} as const satisfies Endpoint;

export const getKey = {
  ...common,
  id: 'getKey',
  method: 'GET',
  path: '/api/keys/:id',
  summary: 'Get a key',
  replies: { 200: key },
} as const satisfies Endpoint;

export const renameKey = {
  ...common,
  id: 'renameKey',
  method: 'PATCH',
  path: '/api/keys/:id',
  summary: 'Rename a key',
  request: keyLabel,
  replies: { 200: key },
} as const satisfies Endpoint;

export const archiveKey = {
  ...common,
  id: 'archiveKey',
  method: 'POST',
  path: '/api/keys/:id/archive',
  summary: 'Stop a key from signing',
  replies: { 200: key },
} as const satisfies Endpoint;

export const unarchiveKey = {
  ...common,
  id: 'unarchiveKey',
  method: 'POST',
  path: '/api/keys/:id/unarchive',
  summary: 'Let an archived key sign again',
  replies: { 200: key },
} as const satisfies Endpoint;

export const exportKey = {
  id: 'exportKey',
  tag: 'keys',
  method: 'POST',
  path: '/api/keys/:id/export',
  summary: 'Get a copy of a key, encrypted under a passphrase',
  request: keyExport,
  replies: { 200: keystoreFile },
  errors: [
    'ERR_KEY_NOT_FOUND',
    'ERR_KEY_EXPORT_OFF',
    'ERR_KEY_EXPORT_UNCONFIRMED',
    'ERR_KEY_EXPORT_BUSY',
  ],
} as const satisfies Endpoint;
