/**
 * The protocol of the widget, version 1, between an app's page (the client) and a page of the
 * service (the widget).
 *
 * | step                 | over                | content                                                                  |
 * | -------------------- | ------------------- | ------------------------------------------------------------------------ |
 * | hello                | `window` message    | from parent or opener, with a port; origin and source are checked, once  |
 * | ready, or refused    | the port            | from here on, only the port is used                                      |
 * | request              | the port, to widget | numbered in increasing order; one at a time                              |
 * | reply                | the port, to client | the number of its request with a result, or an error with a code         |
 * | layout, account, out | the port, to client | the space that the widget needs, the account's progress, a sign-out      |
 *
 * No message to the client contains a session, a token or a key. Both sides validate every message.
 */
import type { WireError } from './error-codes.js';

/** The version of the protocol. */
export const PROTOCOL_VERSION = 1;
/** The type of a greeting. */
export const HELLO = 'sealwright/hello';

/** The maximum size of a message, in bytes of JSON. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** A greeting. */
export type Hello = { readonly type: typeof HELLO; readonly version: number };

/** How a message to sign is encoded. */
export type MessageFormat = 'personal_sign' | 'raw';
/** What a signature is requested for. */
export type SignParams = {
  /** Text, or 0x-hex if the format is `raw`. */
  readonly message: string;
  readonly format: MessageFormat;
  /** The address that must sign. Without it, the key that the person chose for the app signs. */
  readonly address?: string;
};

/** What a connection is requested for. */
export type ConnectParams = {
  /** Whether the person chooses an account again, even if the app already has one. */
  readonly choose: boolean;
};

/**
 * A request. The id of `cancel` is that of the request that is no longer wanted. `restore` and
 * `forget` show nothing: the first returns the account that the person agreed to show this app, or
 * null, and the second withdraws that agreement.
 */
export type WidgetRequest =
  | { readonly id: number; readonly method: 'connect'; readonly params: ConnectParams }
  | { readonly id: number; readonly method: 'restore' }
  | { readonly id: number; readonly method: 'forget' }
  | { readonly id: number; readonly method: 'sign'; readonly params: SignParams }
  | { readonly id: number; readonly method: 'sign-out' }
  | { readonly id: number; readonly method: 'cancel'; readonly params: { readonly of: number } };

/** The result of a connection. */
export type Connected = { readonly address: string; readonly chainId: number };

/** The state of the TinyCloud account, as the service reports it with a signature. */
export type TinyCloudBootstrap = {
  readonly status: 'complete' | 'skipped' | 'pending' | 'failed';
  readonly state: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
};

/** The result of a signature. */
export type Signed = {
  /** 0x-hex, 65 bytes. */
  readonly signature: string;
  readonly address: string;
  readonly tinycloudBootstrap: TinyCloudBootstrap;
};

/** The progress of an account's setup: `done` of `total` steps. */
export type AccountProgress = {
  readonly status: 'none' | 'pending' | 'complete' | 'failed';
  readonly done: number;
  readonly total: number;
};

/** The place and the size of the widget. */
export type Layout = {
  /** Centered in front of everything, in a corner, or hidden. */
  readonly place: 'front' | 'corner' | 'hidden';
  /** CSS pixels. */
  readonly height: number;
};

/** A message of the widget. */
export type WidgetMessage =
  | { readonly type: 'ready'; readonly version: number; readonly chainId: number }
  | { readonly type: 'refused'; readonly error: WireError }
  | { readonly type: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly error: WireError }
  | { readonly type: 'layout'; readonly layout: Layout }
  | { readonly type: 'account'; readonly progress: AccountProgress }
  | { readonly type: 'signed-out' };
