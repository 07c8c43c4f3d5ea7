/**
 * Verifies the signature of a provenance with the libraries of the Sigstore project and without any
 * network: the certificate has a path to a trusted authority and was valid when a trusted log
 * recorded the signature, the certificate itself is in a trusted log, and the log contains exactly
 * this signature over this payload.
 *
 * Only this module imports the libraries. It is loaded when a provenance is judged, so that the
 * verifier starts quickly otherwise.
 */
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import {
  toSignedEntity,
  toTrustMaterial,
  VerificationError,
  Verifier,
  type Signer,
  type TrustMaterial,
} from '@sigstore/verify';
import type { UnverifiedProvenance } from './provenance-bundle.js';
import { ProvenanceError, requireProvenance, type ProvenanceProblem } from './provenance-error.js';

/** A payload whose signature is verified, with the certificate's statements about its signer. */
export type SignedPayload = {
  readonly payload: Uint8Array;
  /** The subject alternative name: the workflow that signed. */
  readonly subject: string | undefined;
  /** The extensions of the certificate, as DER by object identifier. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
};

/** Verifies a bundle under the roots of a file. Throws a ProvenanceError. */
export type VerifySignedPayload = (
  untrusted: UnverifiedProvenance,
  trustedRoots: string,
) => SignedPayload;

/** One log of certificates, one log of signatures, and one time that one of the logs signed. */
const THRESHOLDS = { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1 } as const;

const PROBLEMS: ReadonlyMap<string, ProvenanceProblem> = new Map([
  ['TIMESTAMP_ERROR', 'time'],
  ['CERTIFICATE_ERROR', 'certificate'],
  ['SIGNATURE_ERROR', 'signature'],
  ['TLOG_ERROR', 'log'],
  ['TLOG_BODY_ERROR', 'log'],
  ['TLOG_INCLUSION_PROMISE_ERROR', 'log'],
  ['TLOG_INCLUSION_PROOF_ERROR', 'log'],
  ['TLOG_MISSING_INCLUSION_ERROR', 'log'],
]);

/** Verifies a bundle. */
export const verifySignedPayload: VerifySignedPayload = (untrusted, trustedRoots) => {
  const material = readTrustedRoots(trustedRoots);
  const entries = untrusted.verificationMaterial.tlogEntries ?? [];
  // A promise alone says that a log will include the entry, not that it does.
  const isIncluded = entries.length > 0 && entries.every((each) => each.inclusionProof);
  requireProvenance(isIncluded, 'log', 'it has no proof of inclusion');
  const signer = verifyWith(material, untrusted);
  const extensions = (signer.identity?.oids ?? []).map(
    ({ oid, value }) => [oid?.id.join('.') ?? '', new Uint8Array(value)] as const,
  );
  requireProvenance(
    new Set(extensions.map(([oid]) => oid)).size === extensions.length,
    'certificate',
    'an extension occurs twice',
  );
  return {
    payload: new Uint8Array(Buffer.from(untrusted.dsseEnvelope.payload, 'base64')),
    subject: signer.identity?.subjectAlternativeName,
    extensions: new Map(extensions),
  };
};

function verifyWith(material: TrustMaterial, untrusted: UnverifiedProvenance): Signer {
  try {
    const bundle = bundleFromJSON(untrusted);
    return new Verifier(material, THRESHOLDS).verify(toSignedEntity(bundle));
  } catch (cause) {
    if (cause instanceof VerificationError) {
      const problem = PROBLEMS.get(cause.code) ?? 'form';
      throw new ProvenanceError(problem, cause.message, cause);
    }
    // The library parses DER, checkpoints, and log entries, and throws many kinds of errors.
    throw new ProvenanceError('form', 'a part of it cannot be parsed', cause);
  }
}

/** Parses a file of trusted roots, which the auditor chose. Throws a ProvenanceError of `roots`. */
function readTrustedRoots(text: string): TrustMaterial {
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(text)));
  } catch (cause) {
    throw new ProvenanceError('roots', 'the file of trusted roots cannot be read', cause);
  }
}
