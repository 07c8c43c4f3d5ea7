/**
 * Looks at the node whether it still has an account that counts as complete. Nothing is recorded
 * before the node was seen: a whole account gets the time at which it was verified, and a lost one
 * is not complete any more and is provisioned again, at most twice in a month.
 */
import { AuthorizedChange } from '../accounts/authorized-change.js';
import type { UserDocument } from '../accounts/user-document.js';
import { NodeClient } from '../bootstrap/node-client.js';
import { isAccountWhole } from '../bootstrap/verify-account.js';
import type { BootstrapRuns } from './bootstrap-runs.js';
import { type CompletedState, findComplete, isGivenUp, withLoss } from './completion.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { runIdOf, type RunSubject } from './run-record.js';
import { createSealedRootSigner } from './sealed-root-signer.js';

/** After a look that failed, signatures cause no further one for this long. */
const LOOK_AGAIN_MS = 300_000;

/** The looks of one process, at most one at a time for each account. */
export class Reverifications {
  readonly #context: ProvisioningContext;
  readonly #runs: BootstrapRuns;
  readonly #underWay = new Map<string, Promise<void>>();
  #restsUntilMs = -Infinity;

  constructor(context: ProvisioningContext, runs: BootstrapRuns) {
    this.#context = context;
    this.#runs = runs;
  }

  /** Looks in the background if the account was last verified a while ago. */
  lookWhenOld(subject: RunSubject, user: UserDocument): void {
    const state = user.bootstraps[runIdOf(subject)];
    if (state === undefined) return;
    const { engine, settings } = this.#context;
    const ageMs = engine.clock() - state.verifiedAtMs;
    // A time in the future was read from a clock that has been set back since.
    if (ageMs >= 0 && ageMs < settings.reverifyAfterMs) return;
    if (engine.monotonicMs() < this.#restsUntilMs) return;
    this.#runs.own(
      this.look(subject).catch(() => {
        this.#restsUntilMs = engine.monotonicMs() + LOOK_AGAIN_MS;
      }),
    );
  }

  /** Looks in the background, because a reply of the node says that the account may be lost. */
  lookAgain(subject: RunSubject): void {
    this.#runs.own(this.look(subject).catch(() => undefined));
  }

  /**
   * Resolves once the node was seen and the result is durable. Rejects if the node cannot be seen.
   * Another look at the same account is joined.
   */
  look(subject: RunSubject): Promise<void> {
    const id = runIdOf(subject);
    const known = this.#underWay.get(id);
    if (known !== undefined) return known;
    const looking = this.#look(subject, id).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, looking);
    return looking;
  }

  async #look(subject: RunSubject, id: string): Promise<void> {
    const context = this.#context;
    const { engine, identity, settings, report } = context;
    const { signal } = this.#runs;
    // Nothing is signed for another node behind the same address.
    await identity.require(() => new NodeClient(engine, signal).info());
    const signer = await createSealedRootSigner(context, subject);
    const isWhole = await isAccountWhole(signer, settings.domain, engine, signal);
    const nowMs = engine.clock();
    const user = await this.#update(subject, id, (state) => {
      if (!isWhole) return withLoss(state, nowMs);
      const { lostAtMs: _found, ...whole } = state;
      return { ...whole, verifiedAtMs: nowMs };
    });
    if (isWhole) return;
    const { keyId, chainId } = subject;
    report('bootstrap-lost', { keyId, chainId });
    const state = user.bootstraps[id];
    if (findComplete(user, id) !== undefined || state === undefined) return;
    if (!isGivenUp(state, nowMs)) {
      await this.#runs.start(subject, { again: true }).durable;
    }
  }

  #update(
    { userId }: RunSubject,
    id: string,
    change: (state: CompletedState) => CompletedState,
  ): Promise<UserDocument> {
    return this.#context.users.update(
      AuthorizedChange.byService('bootstrap', userId, (user) => {
        const state = user?.bootstraps[id];
        if (user === undefined || state === undefined) throw new TypeError('there is no state');
        return { ...user, bootstraps: { ...user.bootstraps, [id]: change(state) } };
      }),
    );
  }
}
