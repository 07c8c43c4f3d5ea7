/** Open event streams by session, so that they are bounded and end when the session does. */
import { PassThrough, type Readable } from 'node:stream';
import { ServiceError } from '../errors.js';

const STREAMS_A_SESSION = 3;
const HEARTBEAT_MS = 15_000;

export type EventStream = {
  readonly stream: Readable;
  send(event: string, id: number, data: unknown): void;
  close(): void;
  onClose(listener: () => void): void;
};

export class EventStreams {
  readonly #open = new Map<string, Set<EventStream>>();

  /** Opens a stream (`text/event-stream`). Throws ERR_EVENT_STREAM_LIMIT. */
  open(sessionId: string): EventStream {
    const known = this.#open.get(sessionId) ?? new Set<EventStream>();
    if (known.size >= STREAMS_A_SESSION) throw new ServiceError('ERR_EVENT_STREAM_LIMIT');
    const stream = new PassThrough();
    const heartbeat = setInterval(() => stream.write(': alive\n\n'), HEARTBEAT_MS);
    heartbeat.unref();
    const opened: EventStream = {
      stream,
      send: (event, id, data) => {
        stream.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
      },
      close: () => void stream.end(),
      onClose: (listener) => void stream.once('close', listener),
    };
    known.add(opened);
    this.#open.set(sessionId, known);
    opened.onClose(() => {
      clearInterval(heartbeat);
      known.delete(opened);
      if (known.size === 0) this.#open.delete(sessionId);
    });
    return opened;
  }

  closeSession(sessionId: string): void {
    for (const stream of this.#open.get(sessionId) ?? []) stream.close();
  }

  closeAll(): void {
    for (const sessionId of this.#open.keys()) this.closeSession(sessionId);
  }
}
