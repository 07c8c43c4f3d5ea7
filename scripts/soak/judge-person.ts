/** Judges what is left of one person after a soak. */
import { verifyAudit } from '../../attestation/audit/verify-audit.js';
import { proveAccount } from '../../src/account-check/prove-account.js';
import { requireOpen, signIn, type SoakContext } from './soak-actions.js';
import type { SoakPerson } from './soak-person.js';

/** Reports a problem for each thing that was acknowledged to a person and is not in the state. */
export async function judgeState(context: SoakContext, person: SoakPerson): Promise<void> {
  for (const session of person.sessions) await requireOpen(context, session, !session.hasEnded);
  await signIn(context, person);
  const headers = person.sessions.at(-1)?.headers ?? {};
  const keys = await context.ask({ method: 'GET', path: `/api/keys/${person.keyId}`, headers });
  const { address, label } = keys.reply.body;
  if (address !== person.address) context.problem('a key was lost or replaced');
  if (person.label !== undefined && label !== person.label) {
    context.problem('an acknowledged name of a key was lost');
  }
  const path = '/api/account/audit?format=jsonl';
  const trail = await context.ask({ method: 'GET', path, headers });
  const verdict = verifyAudit(trail.reply.text);
  if (!verdict.ok) return context.problem(`an audit trail is broken: ${verdict.reason}`);
  const signed = new Set(
    verdict.entries.flatMap(({ type, detail }) =>
      type === 'signed' ? [String(detail['digest'])] : [],
    ),
  );
  const missing = person.digests.filter((digest) => !signed.has(digest));
  if (missing.length > 0) context.problem(`${missing.length} acknowledged signatures were lost`);
}

/** Returns whether the service reports the account as complete. */
export async function isComplete(context: SoakContext, person: SoakPerson): Promise<boolean> {
  const headers = person.openSessions.at(-1)?.headers ?? {};
  const path = `/api/keys/${person.keyId}/bootstrap`;
  const { reply } = await context.ask({ method: 'GET', path, headers });
  return reply.body['status'] === 'complete';
}

/** Has the independent reader judge the account, and returns whether it is whole. */
export async function judgeAccount(
  context: SoakContext,
  nodeUrl: string,
  person: SoakPerson,
): Promise<boolean> {
  if (person.signIn === undefined) {
    context.problem('a person never got a signature');
    return false;
  }
  const { proved, rows } = await proveAccount({ nodeUrl, ...person.signIn });
  if (!proved) {
    const flawed = rows.filter(({ verdict }) => verdict !== 'ok' && verdict !== 'not covered');
    const seen = flawed.map(({ what, verdict }) => `${what} ${verdict}`).join(', ');
    context.problem(`an account is not whole: ${seen}`);
  }
  return proved;
}
