/** Tests connections to a real server over TLS: which certificates are accepted. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresStateStore } from '../../src/adapters/postgres-state-store.js';
import { freePort } from '../../scripts/local/free-port.js';
import { put } from '../contracts/state-store.js';
import { mintIdentity } from '../http/mint-identity.js';
import { PostgresServer, testWithPostgres } from './postgres-server.js';

const TUNING = { connections: 2, connectTimeoutMs: 60_000, statementTimeoutMs: 60_000 };
/** Connections over TCP without TLS are refused. */
const HBA = 'local all all trust\nhostssl all all 127.0.0.0/8 trust\n';

testWithPostgres(
  'a server is used over TLS only if its certificate and its name are verified',
  async (t) => {
    const [identity, stranger] = [await mintIdentity(), await mintIdentity()];
    const port = await freePort();
    const server = await PostgresServer.start({
      files: {
        'server.crt': identity.certificate,
        'server.key': identity.key,
        'hba.conf': HBA,
      },
      settings: (directory) => [
        'listen_addresses=127.0.0.1,127.0.0.2',
        `port=${port}`,
        'ssl=on',
        `ssl_cert_file=${join(directory, 'server.crt')}`,
        `ssl_key_file=${join(directory, 'server.key')}`,
        `hba_file=${join(directory, 'hba.conf')}`,
      ],
    });
    const folder = await mkdtemp(join(tmpdir(), 'sealwright-ca-'));
    t.teardown(async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });
    const [ca, other] = [join(folder, 'ca.pem'), join(folder, 'other.pem')];
    await writeFile(ca, identity.certificate);
    await writeFile(other, stranger.certificate);
    const open = (host: string, query: string) =>
      openPostgresStateStore(`postgres://owner@${host}:${port}/postgres?${query}`, TUNING);

    const verified = `sslmode=verify-full&sslrootcert=${ca}`;
    for (const [at, host] of ['localhost', '127.0.0.1'].entries()) {
      const store = await open(host, verified);
      await store.commit([put(`u${at}`, 0, 'one')]);
      const text = `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
WHERE application_name = 'sealwright'`;
      const connections = await server.query('postgres', text);
      t.true(connections.length > 0 && connections.every(({ ssl }) => ssl === true));
      await store.close();
    }

    const refused = { code: 'ERR_STORE_UNAVAILABLE' };
    await t.throwsAsync(open('127.0.0.2', verified), refused, 'a name that is not in it');
    await t.throwsAsync(open('localhost', `sslmode=verify-full&sslrootcert=${other}`), refused);
    await t.throwsAsync(open('localhost', 'sslmode=verify-full'), refused, 'no authority');
    await t.throwsAsync(open('localhost', 'sslmode=disable'), refused, 'the server demands TLS');
    await (await open('127.0.0.2', 'sslmode=no-verify')).close();
  },
);
