/**
 * What people do in a soak. Each action repeats its request until the service answers, as a client
 * does, and then notes what was acknowledged. Answers that no client should see are problems.
 */
import { hashMessage, verifyMessage } from 'ethers';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import type { Call, Reply } from './call-service.js';
import { APP_ORIGIN } from './deployment.js';
import type { SoakPerson, SoakSession } from './soak-person.js';

/** Sends a request until it is answered. `mayFollowKill`: the service was killed in between. */
export type Ask = (
  call: Call,
) => Promise<{ readonly reply: Reply; readonly mayFollowKill: boolean }>;

/** What actions need, and where they report. */
export type SoakContext = {
  readonly ask: Ask;
  readonly origin: string;
  readonly random: () => number;
  /** How often the service was killed so far. */
  readonly kills: () => number;
  readonly note: (what: Noted) => void;
  readonly noteSignAnswer: (reply: Reply, ms: number) => void;
  readonly problem: (text: string) => void;
};

/** What is counted. */
export type Noted = 'signIns' | 'signatures' | 'reviewed' | 'renames' | 'endedSessions' | 'retries';

/** At most this many sessions are open, which is less than an account may have. */
const MOST_SESSIONS = 6;

const isOk = ({ status }: Reply): boolean => status >= 200 && status < 300;
const described = (what: string, { status, code }: Reply): string => `${what}: ${status} ${code}`;

/** Signs in as a program or as a browser. */
export async function signIn(context: SoakContext, person: SoakPerson): Promise<void> {
  const transport = context.random() < 0.5 ? 'bearer' : 'cookie';
  const page = transport === 'cookie' ? pageHeaders(context) : {};
  const { address } = person.wallet;
  for (;;) {
    const post = (path: string, body: unknown) =>
      context.ask({ method: 'POST', path, body, headers: page });
    const challenge = await post('/api/auth/siwe/challenge', { address, transport });
    const message = String(challenge.reply.body['message']);
    const signature = await person.wallet.signMessage(message);
    const { reply, mayFollowKill } = await post('/api/auth/siwe/verify', { message, signature });
    // The first try may have begun a session that nobody knows.
    if (mayFollowKill && reply.code === 'ERR_CHALLENGE_USED') continue;
    if (!isOk(reply)) return context.problem(described('sign-in', reply));
    const token = reply.body['sessionToken'];
    const headers =
      transport === 'cookie'
        ? { ...page, cookie: reply.cookie ?? '' }
        : { authorization: `Bearer ${String(token)}` };
    noteKey(context, person, reply);
    const id = await ownSessionId(context, headers);
    if (id === undefined) return;
    person.sessions = [...person.sessions, { id, headers, hasEnded: false }];
    context.note('signIns');
    return;
  }
}

const pageHeaders = ({ origin }: SoakContext): Readonly<Record<string, string>> => ({
  origin,
  'sec-fetch-site': 'same-origin',
});

function noteKey({ problem }: SoakContext, person: SoakPerson, { body }: Reply): void {
  const { keys } = body['user'] as { keys: readonly { id: string; address: string }[] };
  const [key] = keys;
  if (key === undefined) return problem('sign-in: a user without a key');
  if (person.keyId !== '' && (key.id !== person.keyId || key.address !== person.address)) {
    problem('sign-in: the key of a person changed');
  }
  person.keyId = key.id;
  person.address = key.address;
}

async function ownSessionId(
  { ask, problem }: SoakContext,
  headers: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { reply } = await ask({ method: 'GET', path: '/api/account/sessions', headers });
  const sessions = (reply.body['sessions'] ?? []) as readonly { id: string; current: boolean }[];
  const own = sessions.find(({ current }) => current)?.id;
  if (own === undefined) problem(described('a new session', reply));
  return own;
}

/** Signs a sign-in to an app, as a program or after a review. The first one sets up the account. */
export async function sign(
  context: SoakContext,
  person: SoakPerson,
  session: SoakSession,
): Promise<void> {
  const domain = new URL(APP_ORIGIN).host;
  const { siwe, sessionSeed } = composeAppSignIn(person.address, domain, Date.now());
  const isBrowser = 'cookie' in session.headers;
  const answered = await signOnce(context, person, session, siwe, isBrowser);
  if (answered === undefined) return;
  const signature = String(answered.body['signature']);
  if (verifyMessage(siwe, signature) !== person.address) {
    return context.problem('a signature is not that of the key');
  }
  person.digests.push(hashMessage(siwe).slice(2));
  person.signIn ??= { siwe, signature, sessionSeed: Buffer.from(sessionSeed).toString('hex') };
  context.note(isBrowser ? 'reviewed' : 'signatures');
}

/** Returns the reply with the signature, or undefined if a documented refusal took its place. */
async function signOnce(
  context: SoakContext,
  person: SoakPerson,
  { headers }: SoakSession,
  message: string,
  isReviewed: boolean,
): Promise<Reply | undefined> {
  const path = `/api/keys/${person.keyId}`;
  for (;;) {
    const killsBefore = context.kills();
    let body: object = { message };
    if (isReviewed) {
      const review = await context.ask({
        method: 'POST',
        path: `${path}/reviews`,
        body: { message, appOrigin: APP_ORIGIN },
        headers,
      });
      if (!isOk(review.reply)) return refused(context, described('review', review.reply));
      body = { reviewId: review.reply.body['reviewId'] };
    }
    const startedMs = performance.now();
    const { reply } = await context.ask({ method: 'POST', path: `${path}/sign`, body, headers });
    // Reviews end with the process that holds them, and the person is asked again.
    const isForgotten = reply.code === 'ERR_REVIEW_NOT_FOUND' || reply.code === 'ERR_REVIEW_USED';
    if (isReviewed && isForgotten && context.kills() !== killsBefore) continue;
    context.noteSignAnswer(reply, performance.now() - startedMs);
    return isOk(reply) ? reply : undefined;
  }
}

function refused(context: SoakContext, text: string): undefined {
  context.problem(text);
  return undefined;
}

/** Renames the key. */
export async function rename(
  context: SoakContext,
  person: SoakPerson,
  { headers }: SoakSession,
): Promise<void> {
  const label = `Key ${Math.floor(context.random() * 1e9)}`;
  const path = `/api/keys/${person.keyId}`;
  const { reply } = await context.ask({ method: 'PATCH', path, body: { label }, headers });
  if (!isOk(reply)) return context.problem(described('rename', reply));
  person.label = label;
  context.note('renames');
}

/** Ends one session with another one, or all others if there are many. */
export async function endSessions(
  context: SoakContext,
  person: SoakPerson,
  session: SoakSession,
): Promise<void> {
  const others = person.openSessions.filter((each) => each !== session);
  const all = others.length >= MOST_SESSIONS;
  const ended = all ? others : others.slice(0, 1);
  const [one] = ended;
  if (one === undefined) return;
  const path = all ? '/api/account/sessions' : `/api/account/sessions/${one.id}`;
  const { headers } = session;
  const { reply, mayFollowKill } = await context.ask({ method: 'DELETE', path, headers });
  const wasEndedBefore = mayFollowKill && reply.code === 'ERR_SESSION_NOT_FOUND';
  if (!isOk(reply) && !wasEndedBefore) return context.problem(described('end a session', reply));
  for (const each of ended) {
    each.hasEnded = true;
    context.note('endedSessions');
    await requireOpen(context, each, false);
  }
}

/** Looks at the account, and has a set-up that failed tried again. */
export async function look(
  context: SoakContext,
  person: SoakPerson,
  { headers }: SoakSession,
): Promise<void> {
  const path = `/api/keys/${person.keyId}/bootstrap`;
  const { reply } = await context.ask({ method: 'GET', path, headers });
  if (!isOk(reply)) return context.problem(described('look at the account', reply));
  if (reply.body['status'] !== 'failed') return;
  await context.ask({ method: 'POST', path: `${path}/retry`, headers });
  context.note('retries');
}

/** Reports a problem unless the session is open, or has ended. */
export async function requireOpen(
  { ask, problem }: SoakContext,
  { headers }: SoakSession,
  isOpen: boolean,
): Promise<void> {
  const { reply } = await ask({ method: 'GET', path: '/api/account', headers });
  if (reply.status === (isOpen ? 200 : 401)) return;
  problem(described(isOpen ? 'a session was lost' : 'a session that was ended is open', reply));
}
