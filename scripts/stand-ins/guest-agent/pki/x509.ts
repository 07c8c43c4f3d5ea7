/** Exports the certificate library, which needs its polyfill loaded first. */
import { webcrypto } from 'node:crypto';
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

export { x509 };
export type PrivateKey = webcrypto.CryptoKey;
export type KeyPair = webcrypto.CryptoKeyPair;
