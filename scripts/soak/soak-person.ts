/**
 * A person of a soak, and what the service has acknowledged to them. Each member is what must be
 * found in the end, whatever was killed in between.
 */
import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';

/** A session whose beginning was acknowledged. */
export type SoakSession = {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether its end was acknowledged. */
  hasEnded: boolean;
};

/** A signed sign-in to an app, with which the account is read from outside. */
export type SignedSignIn = {
  readonly siwe: string;
  readonly signature: string;
  readonly sessionSeed: string;
};

/** A person, and what was acknowledged to them. */
export class SoakPerson {
  readonly wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`);
  keyId = '';
  address = '';
  label: string | undefined;
  sessions: readonly SoakSession[] = [];
  /** The digests of signed messages, in hex. */
  readonly digests: string[] = [];
  signIn: SignedSignIn | undefined;

  get openSessions(): readonly SoakSession[] {
    return this.sessions.filter(({ hasEnded }) => !hasEnded);
  }
}
