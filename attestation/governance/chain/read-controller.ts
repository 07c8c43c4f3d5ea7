/** Finds out who an address is. */
import type { Controller } from '../facts.js';
import { addressOf, findAddressIn, findAnswer, findCode, type ChainAt } from './ask-contract.js';
import { SAFE, TIMELOCK } from './contracts.js';

/** The start of the list of modules, and the end of it. */
const SENTINEL = `0x${'1'.padStart(40, '0')}`;
/** More modules than any Safe has. */
const MAX_MODULES = 100;
/** The slot in which the proxy of a Safe keeps the address of its code. */
const SINGLETON_SLOT = '0x0';
/** The code of an account that delegates (EIP-7702): this and an address. */
const DELEGATES = /^0xef0100([0-9a-f]{40})$/;

type Safe = Extract<Controller, { readonly kind: 'safe' }>;
type Contract = { readonly address: string; readonly code: string };

/** Resolves to who an address is, by its code and by what it answers. */
export async function readController(at: ChainAt, address: string): Promise<Controller> {
  const code = await findCode(at, address);
  const [, delegate] = DELEGATES.exec(code?.hex ?? '') ?? [];
  if (code === undefined || delegate !== undefined) {
    const delegates_to = delegate === undefined ? null : `0x${delegate}`;
    return { kind: 'account', address, delegates_to };
  }
  const contract = { address, code: code.hash };
  const delay = await findAnswer(at, address, { contract: TIMELOCK, name: 'getMinDelay' });
  const seconds = Number(delay?.[0] ?? Number.NaN);
  if (Number.isSafeInteger(seconds)) return { kind: 'timelock', ...contract, delay_s: seconds };
  return (await findSafe(at, contract)) ?? { kind: 'contract', ...contract };
}

async function findSafe(at: ChainAt, contract: Contract): Promise<Safe | undefined> {
  const ask = (name: string, values: readonly unknown[] = []) =>
    findAnswer(at, contract.address, { contract: SAFE, name, values });
  const threshold = Number((await ask('getThreshold'))?.[0] ?? 0);
  const owners = listOf((await ask('getOwners'))?.[0]);
  const modules = await ask('getModulesPaginated', [SENTINEL, MAX_MODULES]);
  if (!Number.isSafeInteger(threshold) || threshold < 1 || owners.length === 0) return undefined;
  const isComplete = addressOf(modules?.[1]) === SENTINEL;
  if (modules === undefined || !isComplete) return undefined;
  const singleton = await findAddressIn(at, contract.address, SINGLETON_SLOT);
  const code = singleton === undefined ? undefined : await findCode(at, singleton);
  return {
    kind: 'safe',
    ...contract,
    singleton:
      singleton === undefined || code === undefined
        ? null
        : { address: singleton, code: code.hash },
    threshold,
    owners,
    modules: listOf(modules[0]),
  };
}

const listOf = (decoded: unknown): string[] =>
  decoded === undefined
    ? []
    : [...(decoded as Iterable<unknown>)].flatMap((each) => addressOf(each) ?? []);
