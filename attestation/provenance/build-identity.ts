/**
 * Who signed a provenance: what Sigstore's authority put into the certificate from the token that
 * GitHub issued to the workflow. The workflow itself cannot choose any of it.
 *
 * The object identifiers are those of Fulcio (fulcio.sigstore.dev, `docs/oid-info.md`); their values
 * are UTF8Strings in DER.
 */
import { ProvenanceError, requireProvenance } from './provenance-error.js';
import type { SignedPayload } from './verify-signed-payload.js';

const OIDS = {
  issuer: '1.3.6.1.4.1.57264.1.8',
  signerUri: '1.3.6.1.4.1.57264.1.9',
  signerCommit: '1.3.6.1.4.1.57264.1.10',
  runner: '1.3.6.1.4.1.57264.1.11',
  repository: '1.3.6.1.4.1.57264.1.12',
  commit: '1.3.6.1.4.1.57264.1.13',
  ref: '1.3.6.1.4.1.57264.1.14',
} as const;

/** Who signed a provenance, according to the certificate. */
export type BuildIdentity = {
  /** Who issued the token of the workflow, e.g. `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The repository whose source was built, e.g. `https://github.com/owner/name`. */
  readonly repository: string;
  readonly commit: string;
  /** The branch or tag, e.g. `refs/tags/v1.0.0`. */
  readonly ref: string;
  /** The workflow that signed: `<repository>/<path>@<ref>`, perhaps of another repository. */
  readonly signerUri: string;
  /** The commit of that workflow. */
  readonly signerCommit: string;
  /** `github-hosted` or `self-hosted`. */
  readonly runner: string;
};

const UTF8_STRING = 0x0c;
const MAX_LENGTH = 0x7f;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Decodes a UTF8String of printable ASCII without spaces, of at most 65,535 bytes. */
function decodeText(der: Uint8Array | undefined, name: string): string {
  const text = der === undefined ? undefined : readUtf8String(der);
  if (text === undefined || !PRINTABLE.test(text)) {
    throw new ProvenanceError('certificate', `it does not state the ${name}`);
  }
  return text;
}

function readUtf8String(der: Uint8Array): string | undefined {
  const [tag, first = 0] = der;
  // A longer length has its own length in the first byte (0x81 or 0x82), and the bytes after it.
  const more = first <= MAX_LENGTH ? 0 : first - 0x80;
  if (tag !== UTF8_STRING || more > 2) return undefined;
  const length =
    more === 0 ? first : der.slice(2, 2 + more).reduce((sum, byte) => 256 * sum + byte, 0);
  const content = der.subarray(2 + more);
  return content.length === length ? Buffer.from(content).toString('utf8') : undefined;
}

/**
 * Reads who signed. Throws a ProvenanceError of `certificate` if the certificate does not say it, or
 * names another workflow in its subject.
 */
export function readBuildIdentity({ subject, extensions }: SignedPayload): BuildIdentity {
  const read = (name: keyof typeof OIDS): string => decodeText(extensions.get(OIDS[name]), name);
  const identity = {
    issuer: read('issuer'),
    repository: read('repository'),
    commit: read('commit'),
    ref: read('ref'),
    signerUri: read('signerUri'),
    signerCommit: read('signerCommit'),
    runner: read('runner'),
  };
  requireProvenance(
    subject === identity.signerUri,
    'certificate',
    'its subject is not the workflow that it names',
  );
  return identity;
}
