/**
 * Serves the demo app: a static site with a different origin than the service, and with its own
 * strict policy.
 */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type DemoApp = {
  readonly url: string;
  /**
   * The app's origin must be known before the service starts, so the app learns the service later.
   */
  serve(settings: { readonly service: string; readonly node: string }): void;
  close(): Promise<void>;
};

const SOURCES = new URL('../../../scripts/demo-app/', import.meta.url);
const SCRIPTS = new URL('../../browser/scripts/demo-app/page/', import.meta.url);
const MODULES = ['encodings', 'main', 'notes-space', 'session-key', 'sign-in-message'];

type File = { readonly type: string; readonly text: string };

function readFiles(): ReadonlyMap<string, File> {
  const read = (base: URL, path: string): string => readFileSync(new URL(path, base), 'utf8');
  return new Map<string, File>([
    ['/', { type: 'text/html', text: read(SOURCES, 'page.html') }],
    ['/page.css', { type: 'text/css', text: read(SOURCES, 'page.css') }],
    ...MODULES.map(
      (name) =>
        [
          `/page/${name}.js`,
          { type: 'text/javascript', text: read(SCRIPTS, `${name}.js`) },
        ] as const,
    ),
  ]);
}

/** Starts the app on a free port of 127.0.0.1. `headers` are added to those of the page. */
export async function startDemoApp(
  headers: Readonly<Record<string, string>> = {},
): Promise<DemoApp> {
  const files = readFiles();
  let settings = { service: '', node: '' };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://demo');
    if (pathname === '/settings.json') {
      send(response, { type: 'application/json', text: JSON.stringify(settings) });
      return;
    }
    const file = files.get(pathname);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Security-Policy', policyOf(settings));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    send(response, file);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (given) => {
      settings = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const policyOf = ({ service, node }: { service: string; node: string }): string =>
  [
    "default-src 'none'",
    `script-src 'self' ${service}`,
    "style-src 'self'",
    `connect-src 'self' ${node}`,
    `frame-src ${service}`,
    'img-src data:',
  ].join('; ');

function send(response: ServerResponse, { type, text }: File): void {
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.setHeader('Cache-Control', 'no-store');
  response.end(text);
}
