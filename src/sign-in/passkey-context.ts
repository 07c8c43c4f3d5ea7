import type { Users } from '../accounts/users.js';
import type { SessionContext } from './begin-session.js';
import type { PasskeySettings } from './passkey-client-data.js';

/** What the operations on passkeys depend on. */
export type PasskeyContext = SessionContext & {
  readonly users: Users;
  readonly passkeys: PasskeySettings;
};
