import type { Users } from '../accounts/users.js';
import type { SessionContext } from './begin-session.js';
import type { PasskeySettings } from './passkey-client-data.js';

/** What passkeys work with. */
export type PasskeyContext = SessionContext & {
  readonly users: Users;
  readonly passkeys: PasskeySettings;
};
