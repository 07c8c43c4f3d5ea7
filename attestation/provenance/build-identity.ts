/**
 * Who signed a provenance: what Sigstore's authority put into the certificate from the token that
 * GitHub issued to the workflow. The workflow itself cannot choose any of it.
 *
 * The object identifiers are those of Fulcio (fulcio.sigstore.dev, `docs/oid-info.md`); their
 * values are UTF8Strings in DER.
 */
import { EvidenceError } from '../check.js';
import { DER, DerReader } from '../evidence/der.js';
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

const PRINTABLE = /^[\x21-\x7e]+$/;

/** Decodes a UTF8String of printable ASCII without spaces. */
function decodeText(der: Uint8Array | undefined, name: string): string {
  const text = der === undefined ? undefined : readUtf8String(der);
  if (text === undefined || !PRINTABLE.test(text)) {
    throw new ProvenanceError('certificate', `it does not state the ${name}`);
  }
  return text;
}

function readUtf8String(der: Uint8Array): string | undefined {
  const reader = new DerReader(der, 'source.provenance');
  try {
    const { content } = reader.read(DER.utf8String);
    reader.end();
    return Buffer.from(content).toString('utf8');
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

/**
 * Reads who signed. Throws a ProvenanceError of `certificate` if the certificate does not say it,
 * or names another workflow in its subject.
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
