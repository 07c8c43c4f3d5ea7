/**
 * A bootstrap run: the state needed to send exactly the same bytes again.
 *
 * A run is durable before its first byte is sent, and again (with the peers) before the first host
 * SIWE is signed. Session keys and nonces are derived from `seed` by HKDF and signatures are
 * deterministic, so a run that was interrupted at any point posts byte-identical delegations again,
 * and the node counts one of each kind and space. `round` increases, which yields new bytes, only
 * if a delegation expired before it was used.
 */
import { deriveBytes } from '../protocol/hkdf.js';
import { encodeKeyDid, verificationMethodOf } from '../protocol/did.js';
import { ed25519KeyOf, type Ed25519Key } from '../protocol/ed25519.js';
import type { PerSpace, SpaceName } from './account.js';
import type { TaskId } from './plan.js';

/** Sessions last one hour, as in the SDKs. */
export const SESSION_LIFETIME_MS = 3_600_000;
/** A host SIWE is valid for ten minutes. Hosting itself does not end with it. */
export const HOST_LIFETIME_MS = 600_000;

/**
 * One delegation of the run. `cid` and `signature` (65 bytes) are set once the node has
 * acknowledged it.
 */
export type DelegationState = {
  readonly issuedAtMs: number;
  readonly round: number;
  readonly cid?: string;
  readonly signature?: Uint8Array;
};

/** The SHA-256 (hex) of the text that was written to a resource. */
export type Written = { readonly resource: string; readonly sha256: string };

/** The state of a run. */
export type BootstrapRun = {
  /** 32 bytes. The session keys are derived from it, so it is stored only under a seal. */
  readonly seed: Uint8Array;
  readonly startedAtMs: number;
  readonly attempt: number;
  readonly nodeDid?: string;
  readonly peers?: PerSpace<string>;
  readonly sessions: PerSpace<DelegationState>;
  readonly hosts?: PerSpace<DelegationState>;
  /** Spaces that the node reported as hosted when the sessions were first posted. */
  readonly hostedBefore: readonly SpaceName[];
  /** Whether the node's first reply about the account space reported it as not hosted. */
  readonly accountIsNew: boolean;
  /** Tasks that were acknowledged and are never sent again. */
  readonly done: readonly TaskId[];
  /** The public key of the account's encryption network, once known. */
  readonly networkKey?: string;
  /** The writes that the node acknowledged. */
  readonly written: readonly Written[];
  /** When the node acknowledged each task. */
  readonly doneAtMs: Readonly<Partial<Record<TaskId, number>>>;
};

/** Creates a run that has sent nothing. `seed` must be 32 random bytes. */
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

/**
 * The session keys that are open, by the seed that they are derived from. Opening a key costs more
 * than using it. The states of a run share one seed in memory, and a key is kept no longer than it.
 */
const openKeys = new WeakMap<Uint8Array, Map<string, Ed25519Key>>();

/**
 * Returns the key of one session of the run. It is the same in every round; the nonce makes each
 * delegation unique.
 */
export function sessionKeyOf({ seed }: BootstrapRun, name: SpaceName | 'probe'): Ed25519Key {
  const opened = openKeys.get(seed) ?? new Map<string, Ed25519Key>();
  openKeys.set(seed, opened);
  const key = opened.get(name) ?? openSessionKey(seed, name);
  opened.set(name, key);
  return key;
}

function openSessionKey(runSeed: Uint8Array, name: string): Ed25519Key {
  const seed = deriveBytes(runSeed, ['sealwright.session-key.v1', name]);
  const key = ed25519KeyOf(seed);
  seed.fill(0);
  return key;
}

/** Returns the DID URL that the SIWE message of a session names. */
export function sessionUriOf(key: Ed25519Key): string {
  return verificationMethodOf(encodeKeyDid(key.publicKey));
}

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Returns the nonce (17 alphanumeric characters) of one delegation in one round. */
export function nonceOf(
  run: BootstrapRun,
  kind: 'session' | 'host',
  name: SpaceName,
  round: number,
): string {
  const bytes = deriveBytes(run.seed, ['sealwright.nonce.v1', kind, name, String(round)], 17);
  return Array.from(bytes, (byte) => ALPHANUMERIC.charAt(byte % ALPHANUMERIC.length)).join('');
}

/** Returns the states with one delegation marked as acknowledged. */
export function withAcknowledged(
  states: PerSpace<DelegationState>,
  name: SpaceName,
  { cid, signature }: { readonly cid: string; readonly signature: Uint8Array },
): PerSpace<DelegationState> {
  return { ...states, [name]: { ...states[name], cid, signature } };
}
