/**
 * The handshake. A greeting may arrive before the widget listens, so it is repeated until one is
 * answered. Each greeting carries a new port, because a port can be transferred only once. It is
 * addressed to the service's origin, so that any other page in that window does not receive it.
 */
import type { WidgetErrorCode } from '../wire/error-codes.js';
import { HELLO, PROTOCOL_VERSION, type Hello } from '../wire/protocol.js';
import { readWidgetMessage } from '../wire/read-message.js';
import { SealwrightError } from './sealwright-error.js';

const FIRST_WAIT_MS = 60;
const LONGEST_WAIT_MS = 1_000;
const MESSAGE: Hello = { type: HELLO, version: PROTOCOL_VERSION };

/** The result of a handshake. */
export type Greeted = { readonly port: MessagePort; readonly chainId: number };

/**
 * Greets the widget. Rejects ERR_HANDSHAKE_TIMEOUT after `deadlineMs`, ERR_WIDGET_GONE, or the code
 * of the widget's refusal.
 */
export async function greetWidget(
  target: Window,
  serviceOrigin: string,
  deadlineMs: number,
): Promise<Greeted> {
  const endMs = performance.now() + deadlineMs;
  const open: MessagePort[] = [];
  let kept: MessagePort | undefined;
  try {
    const answers: Promise<Greeted>[] = [];
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      const given = givenUp(target, endMs);
      if (given !== undefined) throw new SealwrightError(given);
      const { port1, port2 } = new MessageChannel();
      open.push(port1);
      answers.push(answerOn(port1));
      target.postMessage(MESSAGE, serviceOrigin, [port2]);
      const answer = await Promise.race([...answers, pause(waitMs)]);
      if (answer === undefined) continue;
      kept = answer.port;
      return answer;
    }
  } finally {
    for (const port of open) if (port !== kept) port.close();
  }
}

function givenUp(target: Window, endMs: number): WidgetErrorCode | undefined {
  if (target.closed) return 'ERR_WIDGET_GONE';
  return performance.now() > endMs ? 'ERR_HANDSHAKE_TIMEOUT' : undefined;
}

const pause = (ms: number): Promise<undefined> =>
  new Promise((done) => setTimeout(() => done(undefined), ms));

/**
 * Resolves to the widget's answer to one greeting. The widget does not answer a later greeting that
 * it does not need.
 */
function answerOn(port: MessagePort): Promise<Greeted> {
  const answer = new Promise<Greeted>((resolve, reject) => {
    const hear = ({ data }: MessageEvent<unknown>): void => {
      const message = readWidgetMessage(data);
      if (message?.type === 'ready') resolve({ port, chainId: message.chainId });
      else if (message?.type === 'refused' && message.error.code !== 'ERR_HELLO_TWICE') {
        reject(new SealwrightError(message.error.code, message.error.message));
      }
    };
    port.addEventListener('message', hear, { once: true });
    port.start();
  });
  // The waiting caller handles a rejection; later rejections are ignored.
  answer.catch(() => undefined);
  return answer;
}
