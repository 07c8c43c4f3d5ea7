/**
 * The independent reader. From a node's URL, a sign-in message, its signature and the session key,
 * it reads the account as any app would. The expected content comes from recorded SDK data and not
 * from the engine that wrote the account.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { encodeDelegation } from '../protocol/cacao.js';
import { encodeKeyDid } from '../protocol/did.js';
import { ed25519KeyOf, type Ed25519Key } from '../protocol/ed25519.js';
import { parseSiweMessage } from '../protocol/siwe-message.js';
import { encodeInvocation } from '../protocol/ucan.js';
import { checkAccount, type Reader, type ReadReply } from './check-account.js';
import type { Proof, ProofInput } from './proof.js';

const DEADLINE_MS = 10_000;
const DATA = new URL('../../../test/vectors/tinycloud/bootstrap-data.json', import.meta.url);

class NodeReader implements Reader {
  readonly #url: string;
  readonly #key: Ed25519Key;
  #cid = '';

  constructor(url: string, key: Ed25519Key) {
    this.#url = url;
    this.#key = key;
  }

  /** Posts the sign-in, and resolves to the spaces that the node does not host. */
  async activate(siwe: string, signature: string): Promise<readonly string[]> {
    const bytes = new Uint8Array(Buffer.from(signature.slice(2), 'hex'));
    const delegation = encodeDelegation({ message: parseSiweMessage(siwe), signature: bytes });
    this.#cid = delegation.cid;
    const reply = await this.#send('/delegate', { authorization: delegation.header });
    if (reply.status !== 200) throw new Error(`the node refused the sign-in: ${reply.status}`);
    return (JSON.parse(reply.text) as { skipped: string[] }).skipped;
  }

  invoke(resource: string, ability: string, body?: unknown): Promise<ReadReply> {
    const { token } = encodeInvocation(
      {
        audience: encodeKeyDid(this.#key.publicKey),
        expiresAtS: Math.floor(Date.now() / 1000) + 60,
        nonce: `urn:uuid:${randomUUID()}`,
        proofs: [this.#cid],
        attenuations: new Map([[resource, [ability]]]),
      },
      this.#key,
    );
    return this.#send('/invoke', { authorization: token }, body);
  }

  get(path: string): Promise<ReadReply> {
    return this.#fetch(path, {});
  }

  #send(
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<ReadReply> {
    return this.#fetch(path, {
      method: 'POST',
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async #fetch(path: string, request: RequestInit): Promise<ReadReply> {
    const limits = { signal: AbortSignal.timeout(DEADLINE_MS), redirect: 'error' } as const;
    try {
      return await toReply(await fetch(`${this.#url}${path}`, { ...request, ...limits }));
    } catch (cause) {
      throw new Error(`${this.#url} gave no answer to ${path}`, { cause });
    }
  }
}

async function toReply(response: Response): Promise<ReadReply> {
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    text: await response.text(),
  };
}

/**
 * Reads the whole account with the person's sign-in, and checks each of its parts. Rejects an Error
 * if the node refuses, or does not answer; its cause says why.
 */
export async function proveAccount(input: ProofInput): Promise<Proof> {
  const reader = new NodeReader(
    input.nodeUrl,
    ed25519KeyOf(new Uint8Array(Buffer.from(input.sessionSeed, 'hex'))),
  );
  const { address } = parseSiweMessage(input.siwe);
  const recorded = readFileSync(DATA, 'utf8');
  const skipped = await reader.activate(input.siwe, input.signature);
  const rows = await checkAccount(reader, address, recorded, skipped);
  const proved = rows.every(({ verdict }) => verdict === 'ok' || verdict === 'not covered');
  return { proved, rows };
}
