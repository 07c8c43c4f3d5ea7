import { z } from 'zod';
import { documentSchema } from '../../../attestation/schema/document.js';
import { ServiceError } from '../../errors.js';
import { publicRoute, type Route } from '../route.js';
import type { Services } from '../services.js';

const nonceQuery = z.strictObject({
  nonce: z.unknown().optional().describe('64 lower-case hex digits'),
  reportData: z.unknown().optional().describe('The same under another name'),
});

/** The nonce of a query: one of the two names, once, of one spelling. Throws ERR_NONCE_INVALID. */
function nonceOf({ nonce, reportData }: z.infer<typeof nonceQuery>): string | undefined {
  if (nonce === undefined && reportData === undefined) return undefined;
  const given = nonce ?? reportData;
  const isOne = nonce === undefined || reportData === undefined;
  if (isOne && typeof given === 'string' && /^[0-9a-f]{64}$/.test(given)) return given;
  throw new ServiceError('ERR_NONCE_INVALID');
}

export function attestationRoutes({ publisher, findUnready }: Services): readonly Route[] {
  const requireEnclave = async (): Promise<void> => {
    if ((await findUnready()).includes('enclave')) {
      throw new ServiceError('ERR_ENCLAVE_UNAVAILABLE');
    }
  };
  return [
    publicRoute({
      method: 'GET',
      path: '/attestation',
      summary: 'Evidence of what holds the keys: over a nonce, or of this start',
      limit: 'attestation',
      query: nonceQuery,
      reply: documentSchema,
      handle: async ({ query }) => {
        const nonce = nonceOf(query);
        if (nonce !== undefined) return { status: 200, body: await publisher.documentFor(nonce) };
        await requireEnclave();
        return { status: 200, body: publisher.bootDocument() };
      },
    }),
    publicRoute({
      method: 'GET',
      path: '/attestation/:statementHash',
      summary: 'The evidence of a former start, by the SHA-512 of its statement',
      limit: 'attestation',
      reply: documentSchema,
      handle: async ({ params }) => ({
        status: 200,
        body: await publisher.archived(params['statementHash'] ?? ''),
      }),
    }),
  ];
}
