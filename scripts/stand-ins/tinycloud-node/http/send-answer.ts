import type { ServerResponse } from 'node:http';
import { bytesAnswer, type Answer } from './answer.js';
import type { Fault } from './fault.js';
import { FRAMEWORK_HEADERS } from './framework-headers.js';

const HUGE_BYTES = 10 * 1024 * 1024;

/** Sends a response, or what a fault makes of its body. */
export function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  nowMs: number,
): void {
  response.setHeader('date', new Date(nowMs).toUTCString());
  switch (fault?.kind) {
    case 'half-body':
      sendHalf(response, answer);
      return;
    case 'wrong-type':
      send(response, htmlInstead(answer));
      return;
    case 'huge-body':
      send(response, hugeInstead(answer));
      return;
    default:
      send(response, answer);
  }
}

/**
 * Closes the connection with a TCP reset, so that the client sees an error and not an end. If the
 * client has already left, the server has begun to end the connection, and a reset would then leave
 * it neither open nor closed.
 */
export function resetConnection(response: ServerResponse): void {
  const { socket } = response;
  if (socket?.writableEnded === true) socket.destroy();
  else socket?.resetAndDestroy();
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    ...FRAMEWORK_HEADERS,
    ...(status === 204 ? {} : { 'content-length': String(body.length) }),
    ...headers,
  });
  response.end(body);
}

function sendHalf(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = { 'content-length': String(Math.max(body.length, 2)) };
  response.writeHead(status, { ...FRAMEWORK_HEADERS, ...headers, ...length });
  const half = Buffer.from(body).subarray(0, Math.floor(body.length / 2));
  response.write(half.length === 0 ? ' ' : half, () => resetConnection(response));
}

function htmlInstead({ status }: Answer): Answer {
  const page = '<!DOCTYPE html><title>Gateway</title><p>Something else answered.</p>';
  return bytesAnswer(status, { 'content-type': 'text/html; charset=utf-8' }, Buffer.from(page));
}

function hugeInstead({ status }: Answer): Answer {
  const text = `"${'x'.repeat(HUGE_BYTES - 2)}"`;
  return bytesAnswer(status, { 'content-type': 'application/json' }, Buffer.from(text));
}
