/**
 * Registration and sign-in with passkeys, only for pages of this service and sessions of browsers.
 *
 * A registration without a session creates an account; with a session, it adds a passkey to the
 * session's account. A page with a session that wants a new account sets `newAccount`. If the
 * session has expired, the page receives an error, because a person who meant to add a passkey must
 * not end up with another account. The challenge records which of the two it is for.
 */
import * as contract from '../../api/passkeys.js';
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
import { describeDevice } from '../../sign-in/device-words.js';
import { addPasskey, isOfNewPerson, registerPerson } from '../../sign-in/register-passkey.js';
import { signInWithPasskey } from '../../sign-in/sign-in-with-passkey.js';
import { presentedToken } from '../open-session.js';
import { requireOwnOrigin } from '../own-origin.js';
import {
  publicEndpoint,
  type ReplyOf,
  type RequestOf,
  type Route,
  type RouteRequest,
} from '../route.js';
import type { Services } from '../services.js';
import { encodeSessionCookie } from '../session-cookie.js';
import { viewUser } from '../views.js';
import { answerSignIn, browserFactsOf } from './sign-in-routes.js';

type AnyRequest = Pick<RouteRequest<unknown, unknown>, 'header'>;

const answerOptions = <O>({ publicKey, expiresAtMs }: PasskeyOptions<O>) => ({
  status: 200 as const,
  body: { publicKey, expiresAt: new Date(expiresAtMs).toISOString() },
});

/**
 * Returns the token of the browser's session. Throws ERR_SESSION_INVALID for a program, which
 * cannot use passkeys.
 */
function browserTokenOf({ header }: AnyRequest, origin: string): string | undefined {
  requireOwnOrigin(header, origin);
  const { token, transport } = presentedToken({ method: 'POST', header }, origin);
  if (transport === 'bearer') throw new ServiceError('ERR_SESSION_INVALID');
  return token;
}

/** Returns the header with the new cookie if this request replaced the token of its session. */
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
  { body, client, countAttempt, header }: RequestOf<typeof contract.registerPasskey>,
  token: string | undefined,
): Promise<ReplyOf<typeof contract.registerPasskey>> {
  const { clock, limiters } = services;
  const { id } = body.credential;
  if (token === undefined || isOfNewPerson(services, body.credential)) {
    const device = describeDevice(header('user-agent'));
    const begun = await registerPerson(
      services,
      { ...body, device },
      {
        countAttempt,
        withNewUserPlace: (work) => withNewUserPlace(limiters, client, work),
      },
    );
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

/** Returns the routes of passkeys. */
export function passkeyRoutes(services: Services): readonly Route[] {
  const { clock, passkeys } = services;
  return [
    publicEndpoint(contract.getRegistrationOptions, {
      limit: 'challenge',
      handle: async (request) => {
        const token = browserTokenOf(request, passkeys.origin);
        const { newAccount, name } = request.body;
        if (token === undefined || newAccount) {
          return answerOptions(createRegistrationOptions(services, undefined, name));
        }
        const live = await openFresh(services, token);
        const options = createRegistrationOptions(services, live.user, name);
        return { ...answerOptions(options), ...renewedCookie(live, clock()) };
      },
    }),
    publicEndpoint(contract.registerPasskey, {
      limit: 'sign-in',
      handle: async (request) =>
        register(services, request, browserTokenOf(request, passkeys.origin)),
    }),
    publicEndpoint(contract.getSignInOptions, {
      limit: 'challenge',
      handle: async (request) => {
        requireOwnOrigin(request.header, passkeys.origin);
        return answerOptions(createSignInOptions(services));
      },
    }),
    publicEndpoint(contract.signInWithPasskey, {
      limit: 'sign-in',
      handle: async (request) => {
        requireOwnOrigin(request.header, passkeys.origin);
        const { body, countAttempt } = request;
        const attempt = [body.credential, browserFactsOf(request), countAttempt] as const;
        const begun = await signInWithPasskey(services, ...attempt);
        return answerSignIn(begun, clock());
      },
    }),
  ];
}
