/**
 * A program as a reader of the description would write it: it knows the service by a generated
 * client and by nothing else. `schema.ts` is generated from /openapi.json when the test runs, so
 * this folder is compiled by the test alone.
 */
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

type Wallet = { readonly address: string; signMessage(message: string): Promise<string> };
type State = components['schemas']['BootstrapState'];

export type Outcome = {
  readonly signature: string;
  readonly address: string;
  readonly state: State;
};

/**
 * Signs in with a wallet, signs a message with the first key and reads how far the account of the
 * key is.
 */
export async function signOnce(
  baseUrl: string,
  wallet: Wallet,
  compose: (address: string) => string,
): Promise<Outcome> {
  const api = createClient<paths>({ baseUrl });
  const { address } = wallet;
  const challenge = await api.POST('/api/auth/siwe/challenge', {
    body: { address, transport: 'bearer' },
  });
  if (challenge.error) throw new Error(challenge.error.code);
  const { message } = challenge.data;
  const signedIn = await api.POST('/api/auth/siwe/verify', {
    body: { message, signature: await wallet.signMessage(message) },
  });
  if (signedIn.error) throw new Error(signedIn.error.code);
  const headers = { authorization: `Bearer ${signedIn.data.sessionToken ?? ''}` };
  const [key] = signedIn.data.user.keys;
  if (key === undefined) throw new Error('no key');
  const params = { path: { id: key.id } };
  const signed = await api.POST('/api/keys/{id}/sign', {
    params,
    headers,
    body: { message: compose(key.address), format: 'personal_sign' },
  });
  if (signed.error) throw new Error(signed.error.code);
  const status: 'complete' | 'skipped' | 'pending' | 'failed' =
    signed.data.tinycloudBootstrap.status;
  if (status === 'failed') throw new Error(signed.data.tinycloudBootstrap.errorCode ?? 'failed');
  const read = await api.GET('/api/keys/{id}/bootstrap', { params, headers });
  if (read.error) throw new Error(read.error.code);
  return { signature: signed.data.signature, address: key.address, state: read.data };
}

/** What a mistake looks like: each of these lines must be an error. */
export async function mistakes(baseUrl: string): Promise<void> {
  const api = createClient<paths>({ baseUrl });
  // @ts-expect-error a route that does not exist
  await api.GET('/api/nothing', {});
  // @ts-expect-error a required member is missing
  await api.POST('/api/auth/siwe/challenge', { body: { address: '0x' } });
  // @ts-expect-error a member that no request has
  await api.POST('/api/keys', { body: { label: 'x', other: true } });
  const { error } = await api.GET('/api/keys');
  // @ts-expect-error a code that this route does not return
  if (error?.code === 'ERR_REVIEW_USED') throw new Error();
}
