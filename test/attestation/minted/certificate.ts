/** Creates certificates and revocation lists of a test authority, valid or not. */
import { X509Certificate, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  bits,
  boolean,
  commonName,
  extension,
  integer,
  oid,
  sequence,
  tagged,
  time,
  type Der,
} from './der-writer.js';

export type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
export const newKey = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export type Subject = { readonly name: string; readonly key: KeyPair; readonly serial: number };

/** Bits of the key usage, in order. */
export const USAGE = { sign: 0x80, certify: 0x04, listAndCertify: 0x06 } as const;

export type Powers = {
  readonly isCa: boolean;
  readonly usage: number;
  readonly pathLength?: number;
};

export type Validity = { readonly fromMs: number; readonly toMs: number };

const ecdsa = (): Der => sequence(oid('1.2.840.10045.4.3.2'));
const signed = (content: Der, key: KeyPair): Der =>
  sequence(content, ecdsa(), bits(sign('sha256', content, key.privateKey)));

function powersOf({ isCa, usage, pathLength }: Powers): readonly Der[] {
  const length = pathLength === undefined ? [] : [integer(pathLength)];
  const constraints = sequence(...(isCa ? [boolean(true)] : []), ...length);
  const unused = Math.log2(usage & -usage);
  return [
    extension('2.5.29.15', true, bits(Uint8Array.of(usage), unused)),
    extension('2.5.29.19', true, constraints),
  ];
}

export function mintCertificate(
  subject: Subject,
  issuer: Subject,
  powers: Powers,
  validity: Validity,
  extensions: readonly Der[] = [],
): X509Certificate {
  const content = sequence(
    tagged(0xa0, integer(2)),
    integer(subject.serial),
    ecdsa(),
    commonName(issuer.name),
    sequence(time(validity.fromMs), time(validity.toMs)),
    commonName(subject.name),
    subject.key.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...powersOf(powers), ...extensions)),
  );
  return new X509Certificate(signed(content, issuer.key));
}

export type ListOptions = {
  readonly revoked?: readonly number[];
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly extensions?: readonly Der[];
};

/** Returns a revocation list in lowercase hex. */
export function mintCrl(issuer: Subject, options: ListOptions): string {
  const entries = (options.revoked ?? []).map((serial) =>
    sequence(integer(serial), time(options.thisUpdateMs)),
  );
  const extensions = [extension('2.5.29.20', false, integer(1)), ...(options.extensions ?? [])];
  const content = sequence(
    integer(1),
    ecdsa(),
    commonName(issuer.name),
    time(options.thisUpdateMs),
    time(options.nextUpdateMs),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    tagged(0xa0, sequence(...extensions)),
  );
  return Buffer.from(signed(content, issuer.key)).toString('hex');
}
