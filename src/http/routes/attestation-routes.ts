import { getAttestation, getFormerAttestation, type NonceQuery } from '../../api/attestation.js';
import { ServiceError } from '../../errors.js';
import { publicEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';

/**
 * Returns the nonce of a query, which must have one of the two names, once, in one spelling. Throws
 * ERR_NONCE_INVALID.
 */
function nonceOf({ nonce, reportData }: NonceQuery): string | undefined {
  if (nonce === undefined && reportData === undefined) return undefined;
  const given = nonce ?? reportData;
  const isOne = nonce === undefined || reportData === undefined;
  if (isOne && typeof given === 'string' && /^[0-9a-f]{64}$/.test(given)) return given;
  throw new ServiceError('ERR_NONCE_INVALID');
}

/** Returns the routes of evidence. */
export function attestationRoutes({ publisher, findUnready }: Services): readonly Route[] {
  const requireEnclave = async (): Promise<void> => {
    if ((await findUnready()).some(({ part }) => part === 'enclave')) {
      throw new ServiceError('ERR_ENCLAVE_UNAVAILABLE');
    }
  };
  return [
    publicEndpoint(getAttestation, {
      limit: 'attestation',
      handle: async ({ query, exporter }) => {
        const nonce = nonceOf(query);
        const bound = query.channel === undefined ? undefined : exporter();
        if (nonce !== undefined) {
          return { status: 200, ...(await publisher.documentFor(nonce, bound)) };
        }
        await requireEnclave();
        return { status: 200, ...publisher.bootDocument() };
      },
    }),
    publicEndpoint(getFormerAttestation, {
      limit: 'attestation',
      handle: async ({ params }) => ({
        status: 200,
        ...(await publisher.archived(params.statementHash)),
      }),
    }),
  ];
}
