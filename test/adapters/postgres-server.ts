/**
 * The PostgreSQL servers of tests. Without an installation, the tests are skipped and report it;
 * `REQUIRE_ALL=1` makes that a failure.
 */
import type { ExecutionContext } from 'ava';
import {
  DEBIAN,
  HAS_POSTGRES,
  logStatements,
  PostgresServer,
} from '../../scripts/local/postgres-server.js';
import { test } from '../test.js';
import { testThatNeeds } from '../test-that-needs.js';

export { PostgresServer };

let shared: Promise<PostgresServer> | undefined;

/** Returns the server that the tests of a process share. It logs every statement. */
export function sharedServer(): Promise<PostgresServer> {
  shared ??= PostgresServer.start({ settings: logStatements });
  return shared;
}

test.after.always('the database server of this process is closed', async () => {
  await (await shared)?.close();
  shared = undefined;
});

type Body = (t: ExecutionContext) => Promise<void> | void;

/** Declares a test that needs a database server. */
export function testWithPostgres(title: string, body: Body): void {
  testThatNeeds(`PostgreSQL in ${DEBIAN}`, HAS_POSTGRES, title, body);
}
