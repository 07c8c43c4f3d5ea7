import type { Attenuation, Owner } from './owner.js';

export type NodeAnswer = {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
};

/** Sends requests to a stand-in node in the terms of the tests. */
export type NodeClient = {
  send(path: string, init?: RequestInit): Promise<NodeAnswer>;
  post(
    path: string,
    token: string,
    body?: string,
    headers?: Record<string, string>,
  ): Promise<NodeAnswer>;
  host(owner: Owner, ...names: string[]): Promise<NodeAnswer>;
  invoke(
    owner: Owner,
    att: Attenuation,
    body?: string,
    headers?: Record<string, string>,
  ): Promise<NodeAnswer>;
  put(owner: Owner, space: string, key: string, value: string): Promise<NodeAnswer>;
  get(owner: Owner, space: string, key: string): Promise<NodeAnswer>;
  sql(owner: Owner, space: string, request: object, abilities?: string[]): Promise<NodeAnswer>;
};

export function createNodeClient(url: string): NodeClient {
  const client: NodeClient = {
    send: async (path, init = {}) => {
      const answer = await fetch(url + path, { redirect: 'manual', ...init });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
    post: (path, authorization, body, headers = {}) =>
      client.send(path, {
        method: 'POST',
        headers: { authorization, ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    host: (owner, ...names) => {
      const att = names.map((name) => [`${owner.spaceId(name)}/space`, ['tinycloud.space/host']]);
      return client.post('/delegate', owner.token(Object.fromEntries(att)));
    },
    invoke: (owner, att, body, headers) => client.post('/invoke', owner.token(att), body, headers),
    put: (owner, space, key, value) =>
      client.invoke(owner, { [`${owner.spaceId(space)}/kv/${key}`]: ['tinycloud.kv/put'] }, value),
    get: (owner, space, key) =>
      client.invoke(owner, { [`${owner.spaceId(space)}/kv/${key}`]: ['tinycloud.kv/get'] }),
    sql: (owner, space, request, abilities = ['tinycloud.sql/write']) =>
      client.invoke(
        owner,
        { [`${owner.spaceId(space)}/sql/db`]: abilities },
        JSON.stringify(request),
      ),
  };
  return client;
}
