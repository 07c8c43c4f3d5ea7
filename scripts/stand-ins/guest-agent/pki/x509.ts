/** The certificate library, ready for use: it needs its polyfill loaded before itself. */
import { webcrypto } from 'node:crypto';
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

export { x509 };
export type PrivateKey = webcrypto.CryptoKey;
export type KeyPair = webcrypto.CryptoKeyPair;
