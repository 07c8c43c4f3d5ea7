import { ServiceError } from '../errors.js';

/**
 * Resolves or rejects as a step does, or rejects ERR_CERTIFICATE_AUTHORITY once the signal is
 * aborted. The authority may finish the step nevertheless; the next process resumes the order.
 */
export async function unlessStopped<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () =>
      reject(new ServiceError('ERR_CERTIFICATE_AUTHORITY', { detail: { reason: 'stopped' } }));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([step, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
