import type { RequestRecord } from './request-record.js';

/**
 * What goes wrong with a request:
 *
 * | kind           | effect | answer                                             |
 * | -------------- | ------ | -------------------------------------------------- |
 * | `status-NNN`   | no     | that status, a short text                          |
 * | `redirect`     | no     | 302 to another path                                |
 * | `hang`         | no     | none, the connection stays open                    |
 * | `hang-after`   | yes    | none, the connection stays open                    |
 * | `slow-MS`      | yes    | the right one, this much later (the wait is first) |
 * | `reset-before` | no     | none, the connection is reset                      |
 * | `reset-after`  | yes    | none, the connection is reset                      |
 * | `half-body`    | yes    | headers and half of the body, then a reset         |
 * | `wrong-type`   | yes    | an HTML page with the right status                 |
 * | `huge-body`    | yes    | 10 MB of JSON text                                 |
 */
export type FaultKind =
  | { readonly kind: 'status' | 'slow'; readonly amount: number }
  | { readonly kind: (typeof PLAIN_KINDS)[number] };

const PLAIN_KINDS = [
  'redirect',
  'hang',
  'hang-after',
  'reset-before',
  'reset-after',
  'half-body',
  'wrong-type',
  'huge-body',
] as const;

type Fault = {
  readonly route: string;
  readonly ability: string | undefined;
  readonly fault: FaultKind;
  left: number;
};

const SPEC = /^(\/[^:=*,]*)(?::([^=*,]+))?=([a-z0-9-]+)(?:\*([0-9]+))?$/;

/** The faults in force. A request is hit by the first that fits it and is not used up. */
export class Faults {
  readonly #faults: readonly Fault[];

  /** Reads `route[:ability]=kind[*count]`, comma-separated; throws RangeError on anything else. */
  constructor(spec: string) {
    const parts = spec.split(',').map((part) => part.trim());
    this.#faults = parts.filter((part) => part !== '').map(parseFault);
  }

  /** The fault that hits this request, counted as used. */
  take(record: RequestRecord): FaultKind | undefined {
    const hit = this.#faults.find((fault) => fault.left > 0 && fits(fault, record));
    if (hit === undefined) return undefined;
    hit.left -= 1;
    return hit.fault;
  }
}

function parseFault(part: string): Fault {
  const [whole, route = '', ability, kind = '', count] = SPEC.exec(part) ?? [];
  if (whole === undefined) {
    throw new RangeError(`"${part}" is not route[:ability]=kind[*count]`);
  }
  return {
    route,
    ability,
    fault: parseKind(kind),
    left: count === undefined ? Infinity : Number(count),
  };
}

function parseKind(text: string): FaultKind {
  const plain = PLAIN_KINDS.find((kind) => kind === text);
  if (plain !== undefined) return { kind: plain };
  const [whole, kind, amount] = /^(status|slow)-([0-9]+)$/.exec(text) ?? [];
  if (whole === undefined) throw new RangeError(`"${text}" is not a kind of fault`);
  const isStatus = kind === 'status';
  if (isStatus && (Number(amount) < 200 || Number(amount) > 599)) {
    throw new RangeError(`"${text}" is not a status of an answer`);
  }
  return { kind: isStatus ? 'status' : 'slow', amount: Number(amount) };
}

/** `session` stands for a delegation that hosts nothing. */
function fits({ route, ability }: Fault, record: RequestRecord): boolean {
  if (route !== record.route) return false;
  if (ability === undefined) return true;
  if (ability === 'session') {
    return record.route === '/delegate' && !record.abilities.includes('tinycloud.space/host');
  }
  return record.abilities.includes(ability);
}
