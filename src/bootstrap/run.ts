/**
 * A bootstrap run: what must be known to send the very same bytes again.
 *
 * A run is durable before its first byte is sent, and again (with the peers) before the first host SIWE is signed.
 * Session keys and nonces come from `seed` by HKDF and signatures are deterministic, so a run that was interrupted
 * anywhere re-posts byte-identical delegations, and a node counts one of each kind and space. `round` rises, and new
 * bytes come about, only when a delegation expired before it was of use.
 */
import { deriveBytes } from '../protocol/hkdf.js';
import { encodeKeyDid, verificationMethodOf } from '../protocol/did.js';
import { ed25519KeyOf, type Ed25519Key } from '../protocol/ed25519.js';
import type { PerSpace, SpaceName } from './account.js';
import type { TaskId } from './plan.js';

/** Sessions live an hour, as SDKs make them; hosting outlives its SIWE, which lives ten minutes. */
export const SESSION_LIFETIME_MS = 3_600_000;
export const HOST_LIFETIME_MS = 600_000;

/** One delegation of the run. `cid` and `signature` (65 bytes) are set once the node acknowledged it. */
export type DelegationState = {
  readonly issuedAtMs: number;
  readonly round: number;
  readonly cid?: string;
  readonly signature?: Uint8Array;
};

/** SHA-256 (hex) of what was written to a resource. */
export type Written = { readonly resource: string; readonly sha256: string };

export type BootstrapRun = {
  /** 32 bytes; whoever holds them holds the session keys, so they rest sealed only. */
  readonly seed: Uint8Array;
  readonly startedAtMs: number;
  readonly attempt: number;
  readonly nodeDid?: string;
  readonly peers?: PerSpace<string>;
  readonly sessions: PerSpace<DelegationState>;
  readonly hosts?: PerSpace<DelegationState>;
  /** Spaces that the node named as hosted when the sessions were first posted. */
  readonly hostedBefore: readonly SpaceName[];
  /** Whether the first answer about the account space was seen, and said that it is new. */
  readonly accountIsNew: boolean;
  /** Tasks acknowledged in earlier attempts that need not be sent again. */
  readonly done: readonly TaskId[];
  /** The key of the account's encryption network, once it is known. */
  readonly networkKey?: string;
  /** What the node acknowledged to have stored. */
  readonly written: readonly Written[];
  /** When each acknowledged task was. */
  readonly doneAtMs: Readonly<Partial<Record<TaskId, number>>>;
};

/** A run that has not sent anything. `seed`: 32 random bytes. */
export function createRun(seed: Uint8Array, startedAtMs: number): BootstrapRun {
  if (seed.length !== 32) throw new TypeError('a run seed has 32 bytes');
  const state: DelegationState = { issuedAtMs: startedAtMs, round: 0 };
  return {
    seed,
    startedAtMs,
    attempt: 1,
    sessions: {
      default: state,
      applications: state,
      account: state,
      secrets: state,
      public: state,
    },
    hostedBefore: [],
    accountIsNew: false,
    done: [],
    written: [],
    doneAtMs: {},
  };
}

/** The key of one session of the run; the same in every round, since a delegation is told apart by its nonce. */
export function sessionKeyOf(run: BootstrapRun, name: SpaceName | 'probe'): Ed25519Key {
  const seed = deriveBytes(run.seed, ['sealwright.session-key.v1', name]);
  const key = ed25519KeyOf(seed);
  seed.fill(0);
  return key;
}

/** The DID URL that a session's SIWE names. */
export function sessionUriOf(key: Ed25519Key): string {
  return verificationMethodOf(encodeKeyDid(key.publicKey));
}

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The nonce (17 alphanumeric characters) of one delegation in one round. */
export function nonceOf(
  run: BootstrapRun,
  kind: 'session' | 'host',
  name: SpaceName,
  round: number,
): string {
  const bytes = deriveBytes(run.seed, ['sealwright.nonce.v1', kind, name, String(round)], 17);
  return Array.from(bytes, (byte) => ALPHANUMERIC.charAt(byte % ALPHANUMERIC.length)).join('');
}

/** The states with one delegation acknowledged. */
export function withAcknowledged(
  states: PerSpace<DelegationState>,
  name: SpaceName,
  { cid, signature }: { readonly cid: string; readonly signature: Uint8Array },
): PerSpace<DelegationState> {
  return { ...states, [name]: { ...states[name], cid, signature } };
}
