/**
 * Every change of the node's state, as data. One request's effects are committed together: they are
 * one line of the journal and are applied at once, so that no partial state is ever visible, not
 * even after a crash.
 */
export type Effect =
  | { readonly kind: 'delegation'; readonly header: string }
  | { readonly kind: 'cited'; readonly delegations: readonly string[] }
  | {
      readonly kind: 'revocation';
      readonly delegation: string;
      readonly revocation: StoredRevocation;
    }
  | { readonly kind: 'host'; readonly space: string }
  | { readonly kind: 'unhost'; readonly space: string }
  | { readonly kind: 'replay'; readonly token: string; readonly untilMs: number }
  | { readonly kind: 'nonce'; readonly invoker: string; readonly nonce: string }
  | {
      readonly kind: 'kv-put';
      readonly space: string;
      readonly key: string;
      readonly value: KvValue;
    }
  | { readonly kind: 'kv-delete'; readonly space: string; readonly key: string }
  | { readonly kind: 'kv-forget'; readonly space: string; readonly key: string }
  | { readonly kind: 'network'; readonly network: StoredNetwork }
  | { readonly kind: 'network-forget'; readonly id: string };

export type KvValue = {
  readonly body: Uint8Array;
  /** BLAKE3 of the body in hex. */
  readonly hash: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type StoredRevocation = {
  readonly cid: string;
  readonly revoker: string;
  readonly atMs: number;
};

export type StoredNetwork = {
  readonly id: string;
  readonly ownerDid: string;
  readonly name: string;
  readonly threshold: { readonly n: number; readonly t: number };
  readonly state: 'active' | 'revoked';
  readonly publicKey: string;
  readonly privateKey: string;
  readonly createdAtNs: string;
  readonly updatedAtNs: string;
};
