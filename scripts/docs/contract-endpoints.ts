import { readdirSync } from 'node:fs';
import type { Endpoint } from '../../src/api/endpoint.js';
import { isRecord } from '../../src/protocol/record.js';

const FOLDER = new URL('../../src/api/', import.meta.url);

const isEndpoint = (value: unknown): value is Endpoint =>
  isRecord(value) && 'path' in value && 'method' in value && 'replies' in value;

/** Loads every endpoint that a file of the contract exports, in the order of their paths. */
export async function loadEndpoints(): Promise<readonly Endpoint[]> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));
  const modules: readonly unknown[] = await Promise.all(
    files.map((name) => import(new URL(name, FOLDER).href) as Promise<unknown>),
  );
  return modules
    .flatMap((each) => (isRecord(each) ? Object.values(each) : []))
    .filter(isEndpoint)
    .toSorted((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
}
