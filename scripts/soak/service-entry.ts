/**
 * Starts the service as `main.ts` does, in a process that collects its garbage at SIGUSR2, so that
 * its memory can be compared.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
process.on('SIGUSR2', () => {
  collect();
  collect();
});
await import('../../src/main.js');
