/**
 * Passkeys: registration and sign-in, for pages of this service alone and with the session of a browser alone.
 *
 * A registration without a session begins a new account; with one it adds to the account of the session. A page that has a
 * session and wants a new account all the same says so (`newAccount`); one whose session is over gets that as an answer: who
 * meant to add a passkey must not end up with another account. The challenge then says which of the two it is.
 */
import { z } from 'zod';
import { ACCOUNT_LIMITS } from '../../accounts/account-limits.js';
import { CHANGE_RULES, requireRule } from '../../accounts/session-rules.js';
import { credentialIdOf, type UserDocument } from '../../accounts/user-document.js';
import { ServiceError } from '../../errors.js';
import { withNewUserPlace } from '../../limits/limiters.js';
import { type LiveSession, requireSession } from '../../sign-in/find-session.js';
import {
  createRegistrationOptions,
  createSignInOptions,
  type PasskeyOptions,
} from '../../sign-in/passkey-options.js';
import { passkeyAssertion, passkeyRegistration } from '../../sign-in/passkey-response.js';
import { addPasskey, isOfNewPerson, registerPerson } from '../../sign-in/register-passkey.js';
import { signInWithPasskey } from '../../sign-in/sign-in-with-passkey.js';
import { presentedToken } from '../open-session.js';
import { requireOwnOrigin } from '../own-origin.js';
import { publicRoute, type Route, type RouteReply, type RouteRequest } from '../route.js';
import type { Services } from '../services.js';
import { encodeSessionCookie, readSessionCookie } from '../session-cookie.js';
import { viewUser } from '../views.js';
import { answerSignIn } from './sign-in-routes.js';

const PATH = '/api/auth/passkey';

const registerBody = z.strictObject({ newAccount: z.boolean().default(false) });
const signInBody = z.strictObject({});
const newPasskeyBody = z.strictObject({
  credential: passkeyRegistration,
  name: z.string().trim().min(1).max(ACCOUNT_LIMITS.nameLength).default('Passkey'),
});
const assertionBody = z.strictObject({ credential: passkeyAssertion });

type NewPasskeyBody = z.infer<typeof newPasskeyBody>;
type AnyRequest = RouteRequest<unknown, unknown>;

const answerOptions = ({ publicKey, expiresAtMs }: PasskeyOptions) => ({
  status: 200 as const,
  body: { publicKey, expiresAt: new Date(expiresAtMs).toISOString() },
});

/** The token of the browser's session. A program has no passkeys: ERR_SESSION_INVALID. */
function browserTokenOf({ header }: AnyRequest, origin: string): string | undefined {
  requireOwnOrigin(header, origin);
  const { token, transport } = presentedToken({ method: 'POST', header }, origin);
  if (transport === 'bearer') throw new ServiceError('ERR_SESSION_INVALID');
  return token;
}

/** The cookie again, where the request happened to be the one that replaces its token. */
function renewedCookie({ renewedToken, session }: LiveSession, nowMs: number) {
  if (renewedToken === undefined) return {};
  const cookie = encodeSessionCookie(renewedToken, session.expiresAtMs, nowMs);
  return { headers: { 'Set-Cookie': cookie } };
}

async function openFresh(services: Services, token: string): Promise<LiveSession> {
  const live = await requireSession(services.users, services, { token, transport: 'cookie' });
  requireRule(live.user, live.session, CHANGE_RULES['credential-add'], services.clock());
  return live;
}

function viewNew(user: UserDocument, id: string): { readonly credentialId?: string } {
  const added = user.credentials.find((each) => each.kind === 'passkey' && each.id === id);
  return added === undefined ? {} : { credentialId: credentialIdOf(added) };
}

async function register(
  services: Services,
  { body, client, countAttempt }: RouteRequest<NewPasskeyBody, unknown>,
  token: string | undefined,
): Promise<RouteReply> {
  const { clock, limiters } = services;
  const { id } = body.credential;
  if (token === undefined || isOfNewPerson(services, body.credential)) {
    const begun = await registerPerson(services, body, {
      countAttempt,
      withNewUserPlace: (work) => withNewUserPlace(limiters, client, work),
    });
    const reply = answerSignIn(begun, clock());
    return { ...reply, status: 201, body: { ...viewNew(begun.user, id), ...reply.body } };
  }
  const live = await openFresh(services, token);
  const user = await addPasskey(services, live, body, countAttempt);
  const expiresAt = new Date(live.session.expiresAtMs).toISOString();
  return {
    status: 201,
    body: { ...viewNew(user, id), expiresAt, user: viewUser(user) },
    ...renewedCookie(live, clock()),
  };
}

export function passkeyRoutes(services: Services): readonly Route[] {
  const { clock, passkeys } = services;
  return [
    publicRoute({
      method: 'POST',
      path: `${PATH}/register/options`,
      summary: 'What a page needs to make a passkey',
      limit: 'challenge',
      body: registerBody,
      handle: async (request) => {
        const token = browserTokenOf(request, passkeys.origin);
        if (token === undefined || request.body.newAccount) {
          return answerOptions(await createRegistrationOptions(services, undefined));
        }
        const live = await openFresh(services, token);
        const options = await createRegistrationOptions(services, live.user);
        return { ...answerOptions(options), ...renewedCookie(live, clock()) };
      },
    }),
    publicRoute({
      method: 'POST',
      path: `${PATH}/register/verify`,
      summary: 'Begin an account with a new passkey, or add it to the account of the session',
      limit: 'sign-in',
      body: newPasskeyBody,
      handle: async (request) =>
        register(services, request, browserTokenOf(request, passkeys.origin)),
    }),
    publicRoute({
      method: 'POST',
      path: `${PATH}/authenticate/options`,
      summary: 'What a page needs to ask for a passkey',
      limit: 'challenge',
      body: signInBody,
      handle: async (request) => {
        requireOwnOrigin(request.header, passkeys.origin);
        return answerOptions(await createSignInOptions(services));
      },
    }),
    publicRoute({
      method: 'POST',
      path: `${PATH}/authenticate/verify`,
      summary:
        'Begin a session with a passkey, or prove again that the person of the session is there',
      limit: 'sign-in',
      body: assertionBody,
      handle: async (request) => {
        requireOwnOrigin(request.header, passkeys.origin);
        const currentToken = readSessionCookie(request.header('cookie'));
        const { body, countAttempt } = request;
        const attempt = [body.credential, currentToken, countAttempt] as const;
        const begun = await signInWithPasskey(services, ...attempt);
        return answerSignIn(begun, clock());
      },
    }),
  ];
}
