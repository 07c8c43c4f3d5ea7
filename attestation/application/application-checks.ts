/**
 * Judges what was booted: the log against the registers, the compose file against the log, and the
 * ids against both.
 */
import { verifyComposeHash } from '../evidence/compose-hash.js';
import {
  parseEventLog,
  readBootFacts,
  replayBootRegister,
  verifyRuntimeEvents,
  type BootFacts,
  type LogEvent,
} from '../evidence/event-log.js';
import type { UnverifiedQuote } from '../evidence/tdx-quote.js';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';
import { configFactsOf } from './config-facts.js';
import { hex } from '../bytes.js';

/** The runtime events of a log that replays. */
export type JudgedLog = {
  /** The facts of the boot, or undefined if its version is not known. */
  readonly boot: BootFacts | undefined;
  /** The events of register 3, in order. */
  readonly events: readonly LogEvent[];
};

/** Judges `log.*`. Returns the facts of the boot if the events replay and are in order. */
export function judgeLog(
  findings: Findings,
  eventLog: string,
  quote: UnverifiedQuote,
  policy: Policy,
): JudgedLog | undefined {
  const log = findings.read(() => parseEventLog(eventLog));
  if (log === undefined) return undefined;
  judgeBootRegisters(findings, log, quote);
  const runtime = findings.attempt(
    'log.rtmr3',
    () => verifyRuntimeEvents(log, quote.report.rtmrs[3]),
    ({ form, events }) => `${events.length} runtime events replay, digests of form ${form}`,
  );
  if (runtime === undefined) return undefined;
  findings.fact(
    'events',
    runtime.events.map(({ event, payload }) => [event, hex(payload)]),
  );
  const boot = findings.attempt(
    'log.events',
    () => readBootFacts(runtime.events),
    ({ later }) =>
      later.length === 0 ? 'nothing after the boot' : `after the boot: ${later.join(', ')}`,
  );
  const foreign =
    boot?.later.filter((name) => !policy.application.laterEvents.includes(name)) ?? [];
  if (foreign.length > 0) {
    const allowed = policy.application.laterEvents.join(', ') || 'none';
    findings.miss('log.events', `after the boot: ${foreign.join(', ')}`, allowed);
  }
  return { boot, events: runtime.events };
}

function judgeBootRegisters(
  findings: Findings,
  log: readonly LogEvent[],
  quote: UnverifiedQuote,
): void {
  const registers = [0, 1, 2] as const;
  const replayed = registers.map((imr) => replayBootRegister(log, imr));
  if (replayed.some((value) => value === undefined)) {
    findings.judge(
      'log.rtmr0-2',
      'info',
      'the log has no digests for these registers, so only their values are judged',
    );
    return;
  }
  const wrong = registers.filter((imr) => replayed[imr] !== hex(quote.report.rtmrs[imr]));
  if (wrong.length === 0) findings.judge('log.rtmr0-2', 'pass', 'all three replay');
  else findings.judge('log.rtmr0-2', 'fail', `register ${wrong.join(', ')} does not replay`);
}

/** Judges `compose.hash`. Returns the file if it is the measured one. */
export function judgeComposeHash(
  findings: Findings,
  appCompose: string | undefined,
  { events, boot: booted }: JudgedLog,
  quote: UnverifiedQuote,
  policy: Policy,
): string | undefined {
  const { composeHashes } = policy.application;
  // Events after the boot do not belong to it; `log.events` judges them.
  const ready = events.findIndex(({ event: name }) => name === 'system-ready');
  const boot = ready === -1 ? events : events.slice(0, ready);
  const [event, ...more] = boot.filter(({ event: name }) => name === 'compose-hash');
  if (event === undefined || more.length > 0) {
    findings.judge('compose.hash', 'fail', 'the boot does not name exactly one compose file');
    return undefined;
  }
  const hash = hex(event.payload);
  const measured = findings.attempt(
    'compose.hash',
    () => {
      const bytes = appCompose === undefined ? undefined : new Uint8Array(Buffer.from(appCompose));
      const declared = configFactsOf(bytes, booted);
      const by = verifyComposeHash(bytes, event.payload, quote.report.mrConfigId, declared);
      findings.fact('compose', { hash, by });
      return by;
    },
    (by) => `${hash} by ${by}`,
  );
  if (composeHashes !== null && !composeHashes.includes(hash)) {
    const wanted =
      composeHashes.length === 0 ? 'a file that the policy lists' : composeHashes.join(' or ');
    findings.miss('compose.hash', `${hash}: the policy does not list this file`, wanted);
  }
  return measured === undefined ? undefined : appCompose;
}

/**
 * Judges `app.id` and `app.instance`: the claimed ids must be the measured ones, and the policy
 * must accept them.
 */
export function judgeIdentity(
  findings: Findings,
  boot: BootFacts,
  claimed: { readonly appId: string | undefined; readonly instanceId: string | undefined },
  policy: Policy,
): void {
  const { appIds, instanceIds } = policy.application;
  judgeOne(findings, 'app.id', hex(boot.appId), claimed.appId, appIds);
  judgeOne(findings, 'app.instance', hex(boot.instanceId), claimed.instanceId, instanceIds);
}

function judgeOne(
  findings: Findings,
  id: 'app.id' | 'app.instance',
  measured: string,
  claimed: string | undefined,
  accepted: readonly string[] | null,
): void {
  const same = claimed === undefined || claimed === measured;
  const known = accepted === null || accepted.includes(measured);
  const listed = accepted?.join(' or ') ?? 'any';
  const wanted = listed === '' ? 'an id that the policy lists' : listed;
  const expected = same ? wanted : `as stated: ${claimed}`;
  findings.judge(
    id,
    same && known ? 'pass' : 'fail',
    measured === '' ? 'none' : measured,
    expected,
  );
}
