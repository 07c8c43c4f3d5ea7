/**
 * Runs scripts of a page of the service: requests with the browser cookie, and passkeys without a
 * library.
 */
import type { Frame, Page } from 'playwright-core';

export type Reply = { readonly status: number; readonly body: Record<string, unknown> };
type Ceremony = {
  readonly path: string;
  readonly method: 'create' | 'get';
  readonly more?: object;
};

type Parse = (options: unknown) => object;
type Ask = (options: object) => Promise<{ toJSON(): object }>;

/** What scripts of a page have and Node's types do not. */
export type InPage = {
  readonly PublicKeyCredential: {
    readonly parseCreationOptionsFromJSON: Parse;
    readonly parseRequestOptionsFromJSON: Parse;
  };
  readonly navigator: { readonly credentials: { readonly create: Ask; readonly get: Ask } };
  readonly document: { readonly cookie: string };
};

export const AUTH = '/api/auth/passkey';

/** Sends a request as a script of the page does. */
export const call = (
  page: Page | Frame,
  method: string,
  path: string,
  body?: object,
): Promise<Reply> =>
  page.evaluate(
    async (asked) => {
      const response = await fetch(asked.path, {
        method: asked.method,
        ...(asked.body === undefined
          ? {}
          : { body: JSON.stringify(asked.body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
    },
    { method, path, body },
  );

/** Runs a ceremony as a page of the service does, without a library. */
const perform = (page: Page | Frame, { path, method, more = {} }: Ceremony): Promise<Reply> =>
  page.evaluate(
    async (ceremony) => {
      const post = async (url: string, body: object) => {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
        const answer = (await response.json()) as Record<string, unknown>;
        return { status: response.status, body: answer };
      };
      const asked = await post(`${ceremony.path}/options`, {});
      if (asked.status !== 200) return asked;
      const publicKey = asked.body['publicKey'];
      const { PublicKeyCredential: made, navigator: own } = globalThis as unknown as InPage;
      const credential =
        ceremony.method === 'create'
          ? await own.credentials.create({
              publicKey: made.parseCreationOptionsFromJSON(publicKey),
            })
          : await own.credentials.get({ publicKey: made.parseRequestOptionsFromJSON(publicKey) });
      return post(`${ceremony.path}/verify`, { credential: credential.toJSON(), ...ceremony.more });
    },
    { path, method, more },
  );

export const register = (page: Page | Frame, name = 'Passkey'): Promise<Reply> =>
  perform(page, { path: `${AUTH}/register`, method: 'create', more: { name } });
export const authenticate = (page: Page | Frame): Promise<Reply> =>
  perform(page, { path: `${AUTH}/authenticate`, method: 'get' });

/** Adds a key as the account page does, and resolves to its address. */
export async function addKey(page: Page | Frame, label = 'Second'): Promise<string> {
  const { body } = await call(page, 'POST', '/api/keys', { label });
  return String(body['address']);
}
