/**
 * Evidence of the code and the machine that hold the keys. The schema of the document belongs to
 * the verifier.
 */
import { z } from 'zod';
import { documentSchema } from '../../attestation/schema/document.js';
import type { Endpoint, Json } from './endpoint.js';

const attestationDocument = documentSchema.meta({
  id: 'AttestationDocument',
  description: 'Verify it with the verifier in `attestation/` of the repository.',
});

const nonceQuery = z.strictObject({
  nonce: z.unknown().optional().meta({
    type: 'string',
    description: '64 lower-case hex digits that the evidence must cover.',
  }),
  reportData: z
    .unknown()
    .optional()
    .meta({ type: 'string', description: 'The same under another name.' }),
  channel: z.enum(['tls-exporter']).optional().meta({
    description:
      'Also binds the evidence to this TLS connection (RFC 9266), if the service ends TLS itself.',
  }),
});

/** Evidence. */
export type AttestationDocument = Json<typeof attestationDocument>;
/** The query of `GET /attestation`, not yet checked. */
export type NonceQuery = z.output<typeof nonceQuery>;

export const getAttestation = {
  id: 'getAttestation',
  tag: 'attestation',
  method: 'GET',
  path: '/attestation',
  summary: 'Get evidence: fresh for a nonce, otherwise of this start',
  query: nonceQuery,
  replies: { 200: attestationDocument },
  errors: [
    'ERR_NONCE_INVALID',
    'ERR_ENCLAVE_UNAVAILABLE',
    'ERR_ENCLAVE_REPLY',
    'ERR_ATTESTATION_BUSY',
  ],
} as const satisfies Endpoint;

export const getFormerAttestation = {
  id: 'getFormerAttestation',
  tag: 'attestation',
  method: 'GET',
  path: '/attestation/:statementHash',
  summary: 'Get the evidence of a former start, by the SHA-512 of its statement',
  replies: { 200: attestationDocument },
  errors: ['ERR_ATTESTATION_NOT_FOUND', 'ERR_STORE_UNAVAILABLE', 'ERR_STATE_TAMPERED'],
} as const satisfies Endpoint;
