import { createServer, type Server } from 'node:http';
import type Koa from 'koa';

export type Listening = {
  readonly url: string;
  /** Takes no new connection, waits for answers under way, and after `graceMs` ends what is left. */
  close(graceMs: number): Promise<void>;
};

// A slow client may hold a connection, never a handler: header, body and idle time are bounded.
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 65_000,
};

/** Serves the application. Rejects with the system's error where the port can not be had. */
export async function listen(app: Koa, host: string, port: number): Promise<Listening> {
  const handle = app.callback();
  const server = createServer(LIMITS, (request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server, host), close: (graceMs) => close(server, graceMs) };
}

function urlOf(server: Server, host: string): string {
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection is idle only after the answer that it waits for, which may come any moment.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
