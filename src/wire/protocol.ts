/**
 * The protocol of the widget, version 1: an app's page (the client) and a page of the service (the widget).
 *
 * | step                 | over                | what                                                                     |
 * | -------------------- | ------------------- | ------------------------------------------------------------------------ |
 * | hello                | `window` message    | from parent or opener, with a port; origin and source are checked, once  |
 * | ready, or refused    | the port            | from here on nothing but the port is listened to                         |
 * | request              | the port, to widget | a number that only rises; one at a time                                  |
 * | reply                | the port, to client | under the number of its request: a result, or an error with a code       |
 * | layout, account, out | the port, to client | how much room the widget wants, how far the account is, a sign-out       |
 *
 * No message to the client holds a session, a token or a key. Both sides check the shape of everything.
 */
import type { WireError } from './error-codes.js';

export const PROTOCOL_VERSION = 1;
export const HELLO = 'sealwright/hello';

/** Of a message, as JSON. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

export type Hello = { readonly type: typeof HELLO; readonly version: number };

export type MessageFormat = 'personal_sign' | 'raw';
export type SignParams = {
  /** Text, or 0x-hex where the format is `raw`. */
  readonly message: string;
  readonly format: MessageFormat;
  /** The address that is to sign; the person's first key where there is none. */
  readonly address?: string;
};

/** Without a method name of its own, `cancel` names the request that is no longer wanted. */
export type WidgetRequest =
  | { readonly id: number; readonly method: 'connect' }
  | { readonly id: number; readonly method: 'sign'; readonly params: SignParams }
  | { readonly id: number; readonly method: 'sign-out' }
  | { readonly id: number; readonly method: 'cancel'; readonly params: { readonly of: number } };

export type Connected = { readonly address: string; readonly chainId: number };

/** How far the TinyCloud account is, as the service says it with the signature. */
export type TinyCloudBootstrap = {
  readonly status: 'complete' | 'skipped' | 'pending' | 'failed';
  readonly state: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
};

export type Signed = {
  /** 0x-hex, 65 bytes. */
  readonly signature: string;
  readonly address: string;
  readonly tinycloudBootstrap: TinyCloudBootstrap;
};

/** Of the set-up of an account: `done` of `total` steps. */
export type AccountProgress = {
  readonly status: 'none' | 'pending' | 'complete' | 'failed';
  readonly done: number;
  readonly total: number;
};

export type Layout = {
  /** In the middle and in front of everything, in a corner, or not at all. */
  readonly place: 'front' | 'corner' | 'hidden';
  /** CSS pixels. */
  readonly height: number;
};

export type WidgetMessage =
  | { readonly type: 'ready'; readonly version: number; readonly chainId: number }
  | { readonly type: 'refused'; readonly error: WireError }
  | { readonly type: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly error: WireError }
  | { readonly type: 'layout'; readonly layout: Layout }
  | { readonly type: 'account'; readonly progress: AccountProgress }
  | { readonly type: 'signed-out' };
