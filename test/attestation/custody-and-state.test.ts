/**
 * Tests key custody, the time of a statement, and the rollback of a state, each rule separately.
 */
import { test } from '../test.js';
import {
  judgeComposeHash,
  type JudgedLog,
} from '../../attestation/application/application-checks.js';
import { judgeCustody } from '../../attestation/binding/key-checks.js';
import { judgeFreshness } from '../../attestation/binding/statement-checks.js';
import { parseBundle } from '../../attestation/bundle.js';
import {
  parseEventLog,
  readBootFacts,
  verifyRuntimeEvents,
} from '../../attestation/evidence/event-log.js';
import { parseQuote, type UnverifiedQuote } from '../../attestation/evidence/tdx-quote.js';
import { Findings } from '../../attestation/report.js';
import { parseStatement, type Statement } from '../../attestation/schema/statement.js';
import { audit, LOCAL_POLICY, NONCE, notPassed, statusOf, withPolicy } from './audit.js';
import { mintDocument } from './mint-document.js';

const [PROVIDER] = LOCAL_POLICY.keys.keyProviders;
const [ROOT = ''] = LOCAL_POLICY.keys.kmsRoots;

test('the key provider must be pinned by name and id', async (t) => {
  const text = JSON.stringify(await mintDocument());
  const under = (keyProviders: readonly { name: string; id: string }[]): readonly string[] =>
    notPassed(
      audit(text, {
        nonce: NONCE,
        policy: withPolicy(LOCAL_POLICY, { keys: { keyProviders: [...keyProviders] } }),
      }),
    );
  if (PROVIDER === undefined) return t.fail();
  t.deepEqual(under([{ name: 'local', id: '00' }, PROVIDER]), []);
  t.deepEqual(under([]), ['key.custody']);
  t.deepEqual(under([{ ...PROVIDER, id: `${PROVIDER.id}00` }]), ['key.custody']);
  t.deepEqual(under([{ ...PROVIDER, name: 'local' }]), ['key.custody']);
});

test('the KMS root must be pinned and equal the one that the statement claims, if any', async (t) => {
  const { document } = parseBundle(JSON.stringify(await mintDocument()));
  if (document === undefined) return t.fail();
  const quote = parseQuote(new Uint8Array(Buffer.from(document.quote, 'hex')));
  const log = verifyRuntimeEvents(parseEventLog(document.event_log), quote.report.rtmrs[3]);
  const boot = readBootFacts(log.events);
  const custody = (claimed: string | null, kmsRoots = [ROOT]): string | undefined => {
    const findings = new Findings();
    const statement = { ...parseStatement(document.statement), kms_root_public_key: claimed };
    const policy = withPolicy(LOCAL_POLICY, { keys: { kmsRoots } });
    judgeCustody(findings, document, statement, boot, policy);
    return findings.statusOf('key.custody');
  };
  const other = `02${'ab'.repeat(32)}`;
  t.is(custody(null), 'pass');
  t.is(custody(ROOT), 'pass');
  t.is(custody(other), 'fail');
  t.is(custody(other, [ROOT, other]), 'fail');
  t.is(custody(null, [other]), 'fail');
  t.is(custody(ROOT, [other]), 'fail');
});

const compare = async (
  earlier: Parameters<typeof mintDocument>[0],
  later: Parameters<typeof mintDocument>[0],
  change: (text: string) => string = (text) => text,
): Promise<string> => {
  const previous = change(JSON.stringify(await mintDocument(earlier)));
  const bundle = JSON.stringify(await mintDocument(later));
  return statusOf(audit(bundle, { nonce: NONCE, previous }), 'state.monotonic');
};

test('a continued state is accepted, and a rolled-back, copied or replaced one is not', async (t) => {
  t.is(await compare({ generation: 1 }, { generation: 2 }), 'pass');
  t.is(await compare({ generation: 2 }, { generation: 1 }), 'fail');
  t.is(await compare({ generation: 2 }, { generation: 2 }), 'fail');
  t.is(await compare({ generation: 1, genesisId: 'ab'.repeat(16) }, { generation: 2 }), 'fail');
});

test('of replicas on a shared database, the order of their starts says nothing', async (t) => {
  const kind = 'postgres';
  t.is(await compare({ kind, generation: 2 }, { kind, generation: 1 }), 'pass');
  t.is(await compare({ kind, generation: 2 }, { kind, generation: 2 }), 'fail');
  t.is(await compare({ kind, generation: 2 }, { generation: 1 }), 'fail');
  const genesisId = 'ab'.repeat(16);
  t.is(await compare({ kind, generation: 1, genesisId }, { kind, generation: 2 }), 'fail');
});

test('an earlier document counts only to the extent that its own quote covers it', async (t) => {
  const lie = (text: string): string => text.replaceAll('\\"generation\\":3', '\\"generation\\":1');
  t.is(await compare({ generation: 3 }, { generation: 2 }), 'fail');
  t.is(await compare({ generation: 3 }, { generation: 2 }, lie), 'fail');
  const other = (text: string): string =>
    text.replaceAll('\\"generation\\":1', '\\"generation\\":0');
  t.is(await compare({ generation: 1 }, { generation: 2 }, other), 'fail');
});

const AT_MS = Date.parse('2026-08-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

const TIMES: readonly (readonly [string, number, number, 'pass' | 'fail'])[] = [
  ['started and issued now', 0, 0, 'pass'],
  ['started a year ago, issued now', -31_536_000_000, 0, 'pass'],
  ['issued ten minutes ago', -900_000, -600_000, 'pass'],
  ['issued a moment before that', -900_000, -600_001, 'fail'],
  ['issued within a minute from now', 0, 60_000, 'pass'],
  ['issued later than that', 0, 60_001, 'fail'],
  ['started after it was issued', 1, 0, 'fail'],
];
for (const [what, started, issued, expected] of TIMES) {
  test(`a statement that is ${what}: ${expected}`, (t) => {
    const findings = new Findings();
    const statement = { started_at: iso(AT_MS + started), issued_at: iso(AT_MS + issued) };
    judgeFreshness(findings, statement as Statement, LOCAL_POLICY, AT_MS);
    t.is(findings.statusOf('statement.fresh'), expected);
  });
}

test('a boot that names two compose files or none does not match the shown file', (t) => {
  const named = (payload: number) => ({
    imr: 3,
    event_type: 134_217_729,
    digest: '',
    event: 'compose-hash',
    payload: new Uint8Array(32).fill(payload),
  });
  const ready = { ...named(0), event: 'system-ready' };
  const reasonOf = (...events: readonly object[]): string | undefined => {
    const findings = new Findings();
    const log = { boot: undefined, events } as unknown as JudgedLog;
    const quote = { report: { mrConfigId: new Uint8Array(48) } } as unknown as UnverifiedQuote;
    judgeComposeHash(findings, '{}', log, quote, LOCAL_POLICY);
    const report = findings.report(
      { hardware: 'simulated', policy: { name: '', reviewed: true }, judged_at: '' },
      new Set(),
    );
    return report.checks.find(({ id }) => id === 'compose.hash')?.measured;
  };
  const several = 'the boot does not name exactly one compose file';
  t.is(reasonOf(named(1), named(2), ready), several);
  t.is(reasonOf(named(1), named(1), ready), several);
  t.is(reasonOf(ready), several);
  t.is(reasonOf(ready, named(1)), several);
  t.not(reasonOf(named(1), ready), several);
  t.not(reasonOf(named(1), ready, named(2)), several);
});
