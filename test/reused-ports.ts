/**
 * Makes a test fail each time if it listens again on a port that the system had assigned. Such a
 * port is free once its server is closed, so the system may assign it to a connection of any
 * process, and the test fails once in a while. `freePort()` returns ports that systems do not
 * assign.
 */
import { type AddressInfo, Server } from 'node:net';

type Listen = (this: Server, ...given: readonly unknown[]) => unknown;

function portOf([first]: readonly unknown[]): unknown {
  return typeof first === 'object' && first !== null ? Reflect.get(first, 'port') : first;
}

/** Changes `listen` of all servers of this process. */
export function rejectReusedPorts(): void {
  const listen = Reflect.get(Server.prototype, 'listen') as Listen;
  /** The ports that the system assigned to servers that are closed. */
  const lost = new Set<unknown>();
  const checked: Listen = function checked(...given) {
    const port = portOf(given);
    if (lost.has(port)) {
      throw new Error(`port ${String(port)} was assigned by the system: start with freePort()`);
    }
    if (port === 0) {
      this.once('listening', () => {
        const { port: assigned } = this.address() as AddressInfo;
        lost.delete(assigned);
        this.once('close', () => lost.add(assigned));
      });
    }
    return Reflect.apply(listen, this, given);
  };
  Object.assign(Server.prototype, { listen: checked });
}
