/** Tests how DATABASE_URL is read: where a connection is verified, and what is refused. */
import { parseDatabaseUrl } from '../../src/adapters/postgres-store/database-url.js';
import { ServiceError } from '../../src/errors.js';
import { test } from '../test.js';

const hostsOf = (url: string) => parseDatabaseUrl(url).hosts;

test('a connection to another machine is encrypted and verified by default', (t) => {
  const url = 'postgres://me:p%40ss@db.example/sealwright';
  t.deepEqual(parseDatabaseUrl(url), {
    user: 'me',
    password: 'p@ss',
    database: 'sealwright',
    hosts: [{ host: 'db.example', port: 5432, ssl: { rejectUnauthorized: true } }],
  });
  t.deepEqual(parseDatabaseUrl(`${url}?sslrootcert=/ca`, () => 'roots').hosts, [
    { host: 'db.example', port: 5432, ssl: { rejectUnauthorized: true, ca: 'roots' } },
  ]);
});

test('loopback and a Unix socket need no encryption, and it can be requested there', (t) => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '%2Fvar%2Frun']) {
    t.is(hostsOf(`postgres://me@${host}/d`)[0]?.ssl, false, host);
  }
  const verified = hostsOf('postgres://me@localhost/d?sslmode=verify-full');
  t.deepEqual(verified[0]?.ssl, { rejectUnauthorized: true });
  t.is(hostsOf('postgres://me@%2Fvar%2Frun:6432/d')[0]?.host, '/var/run');
});

test('encryption and verification off this machine end only on request', (t) => {
  t.is(hostsOf('postgres://me@db.example/d?sslmode=disable')[0]?.ssl, false);
  const unverified = hostsOf('postgres://me@db.example/d?sslmode=no-verify');
  t.deepEqual(unverified[0]?.ssl, { rejectUnauthorized: false });
});

test('several hosts are read in order', (t) => {
  const hosts = hostsOf(
    'postgresql://me@a.example:6000,[2001:db8::1]/d?target_session_attrs=read-write',
  );
  t.deepEqual(
    hosts.map(({ host, port }) => [host, port]),
    [
      ['a.example', 6000],
      ['2001:db8::1', 5432],
    ],
  );
});

const INVALID = [
  'x',
  'http://me@db.example/d',
  'postgres://db.example/d',
  'postgres://me@db.example',
  'postgres://me@db.example/',
  'postgres://me@/d',
  'postgres://me:a@b@db.example/d',
  'postgres://me:%zz@db.example/d',
  'postgres://me@db.example:99999/d',
  'postgres://me@a.example,/d',
  'postgres://me@db.example/d?sslmode=prefer',
  'postgres://me@db.example/d?sslmode=require',
  'postgres://me@db.example/d?options=-c',
  'postgres://me@db.example/d?host=other.example',
  'postgres://me@db.example/d?target_session_attrs=any',
  'postgres://me@db.example/d?sslrootcert=/nowhere/at/all',
];

for (const url of INVALID) {
  test(`${url} is refused without repeating it`, (t) => {
    const error = t.throws(() => parseDatabaseUrl(url), { instanceOf: ServiceError });
    t.is(error?.code, 'ERR_DATABASE_URL');
    t.false(JSON.stringify(error?.detail).includes('db.example'));
  });
}
