/**
 * The notes of a person on their node, with the session of the one signature. The app calls the
 * node directly.
 */
import { base64url } from './encodings.js';
import type { SessionKey } from './session-key.js';

export type Note = { readonly key: string; readonly text: string };

/**
 * A node with its default storage refuses writes that overlap with another request, and accepts
 * them later.
 */
const TRIES = 4;
const AGAIN_MS = 150;
const TOKEN_S = 60;

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export class NotesSpace {
  readonly #node: string;
  readonly #key: SessionKey;
  readonly #resource: string;
  #delegation = '';

  constructor(node: string, key: SessionKey, resource: string) {
    this.#node = node;
    this.#key = key;
    this.#resource = resource;
  }

  /** Sends the signed request to the node. Resolves to whether the space exists. */
  async open(delegation: string): Promise<boolean> {
    const response = await fetch(`${this.#node}/delegate`, {
      method: 'POST',
      headers: { authorization: delegation },
    });
    if (!response.ok) throw new Error(`the node refused the sign-in (${response.status})`);
    const { cid, skipped } = (await response.json()) as { cid: string; skipped: string[] };
    this.#delegation = cid;
    return skipped.length === 0;
  }

  async list(): Promise<readonly Note[]> {
    const response = await this.#invoke('list', '');
    const keys = (await response.json()) as string[];
    const notes: Note[] = [];
    for (const path of keys) {
      const key = path.slice('notes/'.length);
      notes.push({ key, text: await (await this.#invoke('get', key)).text() });
    }
    return notes.toReversed();
  }

  async write(text: string): Promise<void> {
    const key = `${Date.now()}-${crypto.randomUUID().slice(0, 8)}`;
    await this.#invoke('put', key, text);
  }

  async remove(key: string): Promise<void> {
    await this.#invoke('del', key);
  }

  async #invoke(action: string, path: string, body?: string): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${this.#node}/invoke`, {
        method: 'POST',
        headers: {
          authorization: await this.#token(`tinycloud.kv/${action}`, this.#resource + path),
          ...(body === undefined ? {} : { 'content-type': 'text/plain;charset=utf-8' }),
        },
        ...(body === undefined ? {} : { body }),
      });
      if (response.ok) return response;
      if (response.status < 500 || tries === TRIES) {
        throw new Error(`the node refused ${action} (${response.status})`);
      }
      await wait(tries * AGAIN_MS);
    }
  }

  /** Returns a UCAN invocation (version 0.10.0) for one use. */
  async #token(ability: string, resource: string): Promise<string> {
    const x = base64url(this.#key.publicKey);
    const header = {
      alg: 'EdDSA',
      jwk: { alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519', x },
      typ: 'JWT',
      ucv: '0.10.0',
    };
    const [audience = ''] = this.#key.did.split('#');
    const payload = {
      iss: this.#key.did,
      aud: audience,
      exp: Math.floor(Date.now() / 1000) + TOKEN_S,
      nnc: `urn:uuid:${crypto.randomUUID()}`,
      prf: [this.#delegation],
      att: { [resource]: { [ability]: [{}] } },
    };
    const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
    return `${signed}.${await this.#key.sign(signed)}`;
  }
}
