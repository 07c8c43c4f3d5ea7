import {
  changePreferences,
  deleteAccount,
  getAccount,
  type Preferences,
} from '../../api/account.js';
import { withAudit } from '../../accounts/audit-trail.js';
import type { UserDocument } from '../../accounts/user-document.js';
import { AuthorizedChange, type LiveUser } from '../../accounts/authorized-change.js';
import { CHANGE_RULES, requireRule } from '../../accounts/session-rules.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { clearSessionCookie } from '../session-cookie.js';
import { viewUser } from '../views.js';
import { languageOf, type Language } from '../../languages/language.js';
import { serviceText } from '../../languages/tables.js';

const NAMES = ['autoSignEnabled', 'delegateSignEnabled'] as const;

/**
 * Returns the user with changed preferences. Turning a preference on extends what is signed and
 * requires more of the session than turning it off.
 */
function withPreferences(
  { user, session }: LiveUser,
  wanted: Preferences,
  nowMs: number,
): UserDocument {
  let after = user;
  for (const name of NAMES) {
    const value = wanted[name];
    if (value === undefined || value === after.preferences[name]) continue;
    if (value) requireRule(user, session, CHANGE_RULES['preference-raise'], nowMs);
    const preferences = { ...after.preferences, [name]: value };
    after = withAudit({ ...after, preferences }, nowMs, 'preference-changed', { name, value });
  }
  return after;
}

/** Returns what remains after a deletion, and where. */
const remainsOf = (user: UserDocument, node: string, language: Language) => ({
  data: serviceText(
    language,
    'The data on {node} stays there: it belongs to the addresses below, whose keys are gone for good.',
    { node },
  ),
  addresses: user.keys.map(({ address }) => address),
  tombstone: serviceText(
    language,
    'A keyed hash remains as a record that there was an account. Without it, a wallet would derive the same keys again.',
  ),
});

/** Returns the routes of accounts. */
export function accountRoutes(services: Services): readonly Route[] {
  const { users, config, eraseAccount } = services;
  return [
    sessionEndpoint(getAccount, {
      limit: 'read',
      handle: async (_request, { user }) => ({ status: 200, body: viewUser(user) }),
    }),
    sessionEndpoint(changePreferences, {
      limit: 'write',
      change: 'preference-lower',
      handle: async ({ body }, live) => {
        const after = await users.update(
          AuthorizedChange.bySession(live, 'preference-lower', (now, nowMs) =>
            withPreferences(now, body, nowMs),
          ),
        );
        return { status: 200, body: viewUser(after) };
      },
    }),
    sessionEndpoint(deleteAccount, {
      limit: 'credential',
      change: 'account-delete',
      handle: async ({ header }, live) => {
        const language = languageOf(header);
        const deletion = AuthorizedChange.bySession(live, 'account-delete', ({ user }) => user);
        const gone = await eraseAccount(deletion);
        return {
          status: 200,
          body: {
            deleted: true,
            remains: remainsOf(gone, config.TINYCLOUD_BOOTSTRAP_HOST, language),
          },
          headers: { 'Set-Cookie': clearSessionCookie() },
        };
      },
    }),
  ];
}
