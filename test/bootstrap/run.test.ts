import { test } from '../test.js';
import { DEFAULT_LIMITS } from '../../src/bootstrap/node-client.js';
import { renewExpired } from '../../src/bootstrap/renew-expired.js';
import {
  createRun,
  HOST_LIFETIME_MS,
  SESSION_LIFETIME_MS,
  sessionKeyOf,
} from '../../src/bootstrap/run.js';
import { hex } from '../../src/protocol/bytes.js';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const run = createRun(new Uint8Array(32).fill(1), NOW_MS);

test('a session key is opened once in all states of a run, and derives from seed and name alone', (t) => {
  const key = sessionKeyOf(run, 'default');
  t.is(sessionKeyOf({ ...run, attempt: 7 }, 'default'), key);
  const again = createRun(run.seed.slice(), NOW_MS);
  t.not(sessionKeyOf(again, 'default'), key);
  t.is(hex(sessionKeyOf(again, 'default').publicKey), hex(key.publicKey));
  const others = [
    sessionKeyOf(run, 'account'),
    sessionKeyOf(run, 'probe'),
    sessionKeyOf(createRun(new Uint8Array(32).fill(2), NOW_MS), 'default'),
  ];
  for (const { publicKey } of others) t.not(hex(publicKey), hex(key.publicKey));
});

test('a run of which nothing has expired stays the same object, so that it is not saved again', (t) => {
  const at = (ms: number) => ({ clock: () => NOW_MS + ms, limits: DEFAULT_LIMITS });
  t.is(renewExpired(run, at(0)), run);
  t.not(renewExpired(run, at(SESSION_LIFETIME_MS)), run);
  const state = { issuedAtMs: NOW_MS, round: 0 };
  const hosts = {
    default: state,
    applications: state,
    account: state,
    secrets: state,
    public: state,
  };
  const hosting = { ...run, hosts };
  t.is(renewExpired(hosting, at(0)), hosting);
  const renewed = renewExpired(hosting, at(HOST_LIFETIME_MS));
  t.is(renewed.hosts?.public.round, 1);
  t.is(renewed.sessions.public.round, 0);
});
