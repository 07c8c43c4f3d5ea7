/** Translates a commit into statements, each of which states what it expects. */
import type { StoreChange } from '../../accounts/state-store.js';
import { ServiceError } from '../../errors.js';
import type { Execute, Value } from './database.js';
import {
  APPEND,
  APPEND_FOR,
  CREATE,
  DROP,
  REMOVE,
  REQUIRE,
  type Statement,
  UPDATE,
} from './statements.js';

/** A statement with its values, and the number of rows that it affects if its expectation holds. */
export type Step = {
  readonly statement: Statement;
  readonly values: readonly Value[];
  /** Undefined if any number is right. */
  readonly rows: number | undefined;
};

/**
 * Returns whether a step can be a commit by itself: it has either no effect or all of its effects.
 * An append of several entries might add only the first ones.
 */
export const isAtomic = ({ rows }: Step): boolean => rows === undefined || rows === 1;

const NOTHING = new Uint8Array();

/**
 * The order of the changes of a commit. Every commit locks documents in the same order, so that two
 * of them rarely wait for each other. An append comes before a drop, so that a drop can remove what
 * was just added.
 */
function placeOf(change: StoreChange): string {
  if (!('log' in change)) return `1 ${change.kind}/${change.id}`;
  return `${change.change === 'append' ? 2 : 3} ${change.log}`;
}

const byPlace = (a: StoreChange, b: StoreChange): number => (placeOf(a) < placeOf(b) ? -1 : 1);

function stepsOf(change: StoreChange): readonly Step[] {
  switch (change.change) {
    case 'put': {
      const { kind, id, expected, sealed } = change;
      if (expected === 0) return [{ statement: CREATE, values: [kind, id, sealed], rows: 1 }];
      return [{ statement: UPDATE, values: [kind, id, expected, sealed], rows: 1 }];
    }
    case 'remove':
    case 'require': {
      const { kind, id, expected } = change;
      // A row that does not exist cannot be locked, so it is created and removed again.
      if (expected === 0) {
        return [
          { statement: CREATE, values: [kind, id, NOTHING], rows: 1 },
          { statement: REMOVE, values: [kind, id, 1], rows: 1 },
        ];
      }
      const statement = change.change === 'remove' ? REMOVE : REQUIRE;
      return [{ statement, values: [kind, id, expected], rows: 1 }];
    }
    case 'append': {
      const { log, expected, sealed } = change;
      if (expected < 1) throw new ServiceError('ERR_STORE_CONFLICT');
      return [{ statement: APPEND, values: [log, expected, sealed], rows: sealed.length }];
    }
    case 'drop':
      return [{ statement: DROP, values: [change.log, change.before], rows: undefined }];
  }
}

/** Joins a required document and an append, so that a signature is one statement. */
function joined(steps: readonly Step[]): readonly Step[] {
  const [required, append, ...others] = steps;
  if (required?.statement !== REQUIRE || append?.statement !== APPEND || others.length > 0) {
    return steps;
  }
  const values = [...append.values, ...required.values];
  return [{ statement: APPEND_FOR, values, rows: append.rows }];
}

/** Returns the statements of a commit in their order. Throws ERR_STORE_CONFLICT. */
export const stepsOfCommit = (changes: readonly StoreChange[]): readonly Step[] =>
  joined(changes.toSorted(byPlace).flatMap(stepsOf));

/** Executes a step. Rejects ERR_STORE_CONFLICT if its expectation does not hold. */
export async function executeStep(execute: Execute, step: Step): Promise<void> {
  const { count } = await execute(step.statement, step.values);
  if (step.rows !== undefined && count !== step.rows) throw new ServiceError('ERR_STORE_CONFLICT');
}
