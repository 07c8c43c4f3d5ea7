/**
 * Reads the files of the pages and of the client, once, at start. They are the compiler's modules
 * for browsers, unchanged, so that an auditor who reads the image also reads the pages.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { ServiceError } from '../../errors.js';

/** A file as it is served. */
export type PageFile = {
  readonly text: string;
  readonly type: 'image/svg+xml' | 'text/css' | 'text/html' | 'text/javascript';
  readonly etag: string;
  /** Whether pages of other origins may load it. */
  readonly shared: boolean;
};

// Relative to the compiled service: this file is dist/src/http/pages/page-files.js.
const SCRIPTS = new URL('../../../browser/src/', import.meta.url);
const SOURCES = new URL('../../../../src/', import.meta.url);

/** Every file, by the path under which it is served. */
export type PageFiles = ReadonlyMap<`/${string}`, PageFile>;

/** The folders of browser code, and whether pages of other origins may load their files. */
const FOLDERS = {
  wire: { shared: true },
  client: { shared: true },
  pages: { shared: false },
  widget: { shared: false },
  'account-page': { shared: false },
} as const;

/** The other modules of browser code. The rest of their folders belongs to the service. */
const MODULES = ['languages/message.js'] as const;

const STYLES = [
  'pages/tokens.css',
  'pages/common.css',
  'widget/widget.css',
  'pages/base.css',
  'pages/reference.css',
  'account-page/account.css',
] as const;

/** The mark. */
const PICTURES = ['pages/favicon.svg'] as const;

const CLIENT = "export * from './client/create-sealwright.js';\n";

/** Returns a strong validator, which depends on the bytes only. */
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

/** Returns the compiled modules of a folder, by their paths below it. Throws ERR_PAGES_MISSING. */
function modulesIn(scripts: URL, folder: string): readonly string[] {
  try {
    return readdirSync(new URL(`${folder}/`, scripts), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js'))
      .toSorted();
  } catch (cause) {
    throw new ServiceError('ERR_PAGES_MISSING', { cause, detail: { path: folder } });
  }
}

/**
 * Reads every file, by the path under which it is served. `scripts` is the folder of the compiled
 * ones. Throws ERR_PAGES_MISSING.
 */
export function readPageFiles(scripts = SCRIPTS): PageFiles {
  const modules = Object.entries(FOLDERS).flatMap(([folder, { shared }]) =>
    modulesIn(scripts, folder).map((name) => {
      const path = `${folder}/${name}`;
      return [`/${path}` as const, fileOf(read(scripts, path), 'text/javascript', shared)] as const;
    }),
  );
  return new Map<`/${string}`, PageFile>([
    ['/client.js', fileOf(CLIENT, 'text/javascript', true)],
    ...modules,
    ...MODULES.map(
      (path) => [`/${path}`, fileOf(read(scripts, path), 'text/javascript', false)] as const,
    ),
    ...STYLES.map((path) => [`/${path}`, fileOf(read(SOURCES, path), 'text/css', false)] as const),
    ...PICTURES.map(
      (path) => [`/${path}`, fileOf(read(SOURCES, path), 'image/svg+xml', false)] as const,
    ),
  ]);
}
