/**
 * The files of pages and of the client, by the path under which they are served: a fixed list, read once at the start. They
 * are the output of the compiler as it is, so that whoever reads the image reads the pages too.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ServiceError } from '../../errors.js';

export type PageFile = {
  readonly text: string;
  readonly type: 'text/css' | 'text/html' | 'text/javascript';
  readonly etag: string;
  /** Whether pages of other origins may load it. */
  readonly shared: boolean;
};

// Beside the compiled service: this file is dist/src/http/pages/page-files.js.
const SCRIPTS = new URL('../../../browser/src/', import.meta.url);
const SOURCES = new URL('../../../../src/', import.meta.url);

const MODULES = {
  wire: ['error-codes', 'protocol', 'read-message', 'review-reply'],
  client: [
    'announce-provider',
    'create-sealwright',
    'greet-widget',
    'message-of',
    'popup-window',
    'provider-error',
    'sealwright-error',
    'sealwright-provider',
    'widget-channel',
    'widget-frame',
    'widget-session',
  ],
  widget: [
    'accept-hello',
    'account/account-panel',
    'account/ask',
    'account/attestation-section',
    'account/audit-section',
    'account/audit-words',
    'account/check-evidence',
    'account/copyable',
    'account/credentials-section',
    'account/deletion-section',
    'account/desk',
    'account/dialog',
    'account/key-row',
    'account/keys-section',
    'account/main',
    'account/offer-file',
    'account/prove-presence',
    'account/read-account',
    'account/section',
    'account/sessions-section',
    'account/sign-in-screen',
    'account/statement-words',
    'account/switches-section',
    'account/time-words',
    'account/ways-to-prove',
    'approve-guard',
    'consent',
    'element',
    'follow-account',
    'main',
    'open-key',
    'page-settings',
    'passkey-json',
    'passkeys',
    'screens/connect-screen',
    'screens/message-screen',
    'screens/progress-screen',
    'screens/request-parts',
    'screens/review-parts',
    'screens/review-screen',
    'screens/side-effects-part',
    'screens/visible-text',
    'serve-requests',
    'service-api',
    'sign-request',
    'stage',
    'step-words',
    'wallet',
    'watch-account',
    'widget-error',
  ],
} as const;

const STYLES = ['widget/style.css', 'widget/account/account.css'] as const;

const CLIENT = "export * from './client/create-sealwright.js';\n";

/** A strong validator: the bytes and nothing else. */
export const etagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url')}"`;

function read(base: URL, path: string): string {
  try {
    return readFileSync(new URL(path, base), 'utf8');
  } catch (cause) {
    throw new ServiceError('ERR_PAGES_MISSING', { cause, detail: { path } });
  }
}

const fileOf = (text: string, type: PageFile['type'], shared: boolean): PageFile => ({
  text,
  type,
  etag: etagOf(text),
  shared,
});

/** Reads every file; `scripts` is the folder of the compiled ones. Throws ERR_PAGES_MISSING. */
export function readPageFiles(scripts = SCRIPTS): ReadonlyMap<string, PageFile> {
  const modules = Object.entries(MODULES).flatMap(([folder, names]) =>
    names.map((name) => {
      const path = `${folder}/${name}.js`;
      const shared = folder !== 'widget';
      return [`/${path}`, fileOf(read(scripts, path), 'text/javascript', shared)] as const;
    }),
  );
  return new Map([
    ['/client.js', fileOf(CLIENT, 'text/javascript', true)],
    ...modules,
    ...STYLES.map((path) => [`/${path}`, fileOf(read(SOURCES, path), 'text/css', false)] as const),
  ]);
}
