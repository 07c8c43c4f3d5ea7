import { randomInt } from 'node:crypto';
import type { RequestRecord } from './request-record.js';

/**
 * A fault of one request:
 *
 * | kind           | effect | response                                           |
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
export type Fault =
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

/** A fault for the requests that a predicate selects: all of them, or the first `count`. */
export type FaultRule = {
  readonly matches: (record: RequestRecord) => boolean;
  /** The kind as in a specification: `hang`, `status-503`. */
  readonly kind: string;
  readonly count?: number;
};

type Active = {
  readonly matches: FaultRule['matches'];
  readonly fault: Fault;
  /** How many in a million of the selected requests it applies to. */
  readonly perMillion: number;
  left: number;
};

const MILLION = 1_000_000;
const SPEC = /^(\/[^:=*,]*)(?::([^=*,]+))?=([a-z0-9-]+)(?:\*([0-9]+))?(?:%([0-9]+(?:\.[0-9]+)?))?$/;

/** The active faults. The first one that matches a request and is not used up applies. */
export class Faults {
  #specified: readonly Active[] = [];
  #added: readonly Active[] = [];

  constructor(spec = '') {
    this.specify(spec);
  }

  /**
   * Replaces the specification with `route[:ability]=kind[*count][%percent]`, comma-separated. With
   * a percentage, each selected request has the fault with that probability. Throws RangeError if
   * it is invalid.
   */
  specify(spec: string): void {
    const parts = spec.split(',').map((part) => part.trim());
    this.#specified = parts.filter((part) => part !== '').map(parseRule);
  }

  /**
   * Adds a fault that takes precedence over the specification. Returns a function that removes it.
   */
  add({ matches, kind, count = Infinity }: FaultRule): () => void {
    const added: Active = { matches, fault: parseKind(kind), perMillion: MILLION, left: count };
    this.#added = [...this.#added, added];
    return () => {
      this.#added = this.#added.filter((active) => active !== added);
    };
  }

  /** Returns the fault that applies to this request, and counts it as used. */
  take(record: RequestRecord): Fault | undefined {
    const hit = [...this.#added, ...this.#specified].find(
      ({ matches, perMillion, left }) =>
        left > 0 && matches(record) && randomInt(MILLION) < perMillion,
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    return hit.fault;
  }
}

function parseRule(part: string): Active {
  const [whole, route = '', ability, kind = '', count, percent = '100'] = SPEC.exec(part) ?? [];
  if (whole === undefined) {
    throw new RangeError(`"${part}" is not route[:ability]=kind[*count][%percent]`);
  }
  return {
    matches: (record) => record.route === route && hasAbility(record, ability),
    fault: parseKind(kind),
    perMillion: Math.round((Number(percent) * MILLION) / 100),
    left: count === undefined ? Infinity : Number(count),
  };
}

function parseKind(text: string): Fault {
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
function hasAbility(record: RequestRecord, ability: string | undefined): boolean {
  if (ability === undefined) return true;
  if (ability === 'session') {
    return record.route === '/delegate' && !record.abilities.includes('tinycloud.space/host');
  }
  return record.abilities.includes(ability);
}
