/**
 * Holds the open event streams of each session. They are limited in number and bytes, and end when
 * the session ends.
 */
import { PassThrough, type Readable } from 'node:stream';
import { type BootstrapEvent, bootstrapEvent } from '../api/bootstrap.js';
import type { SessionRegistry } from '../accounts/session-registry.js';
import type { UserSession } from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import { requireReply } from './require-reply.js';

const STREAMS_A_SESSION = 3;
const HEARTBEAT_MS = 15_000;
/** How long a reader may take to fetch the rest of a stream that ended. */
const LINGER_MS = 5_000;
/** A stream with more unread bytes than this is destroyed. */
const MOST_UNREAD_BYTES = 64 * 1024;

/** A stream of events about the setup of an account. */
export type EventStream = {
  readonly stream: Readable;
  send(event: BootstrapEvent): void;
  /** Ends the stream; it no longer counts for its session. */
  close(): void;
  onClose(listener: () => void): void;
};

/** The event streams of this process. */
export class EventStreams {
  readonly #sessions: SessionRegistry;
  readonly #openBySession = new Map<string, number>();

  constructor(sessions: SessionRegistry) {
    this.#sessions = sessions;
  }

  /** Opens a stream (`text/event-stream`) about a key. Throws ERR_EVENT_STREAM_LIMIT. */
  open(session: UserSession, keyId: string): EventStream {
    const { id } = session;
    const count = this.#openBySession.get(id) ?? 0;
    if (count >= STREAMS_A_SESSION) throw new ServiceError('ERR_EVENT_STREAM_LIMIT');
    this.#openBySession.set(id, count + 1);
    const hold = this.#sessions.hold(session, keyId);
    const opened = openStream(() => {
      hold.release();
      const left = (this.#openBySession.get(id) ?? 0) - 1;
      if (left > 0) this.#openBySession.set(id, left);
      else this.#openBySession.delete(id);
    });
    hold.signal.addEventListener('abort', () => opened.close(), { once: true });
    return opened;
  }
}

/** Opens a stream. Calls `onEnded` once, when the stream is closed here or its reader has left. */
function openStream(onEnded: () => void): EventStream {
  const stream = new PassThrough();
  const listeners = new Set<() => void>([onEnded]);
  const end = (): void => {
    clearInterval(heartbeat);
    for (const listener of listeners) listener();
    listeners.clear();
  };
  const write = (text: string): void => {
    if (stream.writableEnded || stream.destroyed) return;
    if (stream.writableLength + stream.readableLength > MOST_UNREAD_BYTES) stream.destroy();
    else stream.write(text);
  };
  const heartbeat = setInterval(() => write(': alive\n\n'), HEARTBEAT_MS);
  heartbeat.unref();
  stream.once('close', end);
  return {
    stream,
    send: (declared) => {
      const { event, id, data } = requireReply(bootstrapEvent, declared);
      write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close: () => {
      end();
      stream.end();
      const lingering = setTimeout(() => stream.destroy(), LINGER_MS).unref();
      stream.once('close', () => clearTimeout(lingering));
    },
    onClose: (listener) => void listeners.add(listener),
  };
}
