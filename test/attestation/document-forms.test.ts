/**
 * Tests that every genuine form of evidence is accepted: quotes, digests and logs of all versions
 * of dstack, with or without a KMS.
 */
import { test } from '../test.js';
import { KEY_PROVIDER } from '../../scripts/stand-ins/guest-agent/machine.js';
import type { GuestAgentOptions } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { audit, LOCAL_POLICY, NONCE, notPassed, statusOf, withPolicy } from './audit.js';
import { mintDocument } from './mint-document.js';

const noKms = withPolicy(LOCAL_POLICY, {
  keys: {
    allowNoKms: true,
    keyProviders: [JSON.parse(KEY_PROVIDER.none) as { name: string; id: string }],
  },
});

const FORMS: readonly (readonly [string, GuestAgentOptions])[] = [
  ['version 4, form 1 with digests, a full log', {}],
  ['version 4, form 1 without digests, a full log', { emptyDigests: true }],
  ['version 4, form 2 with digests, a stripped log', { digestForm: 2, fullLog: false }],
  ['version 5 TD1.0, form 1 with digests, a stripped log', { quoteVersion: '5', fullLog: false }],
  [
    'version 5 TD1.0, form 2 without digests, a full log',
    { quoteVersion: '5', digestForm: 2, emptyDigests: true },
  ],
  ['version 5 TD1.5, form 1 with digests, a full log', { quoteVersion: '5-td15' }],
  [
    'version 5 TD1.5, form 2 without digests, a stripped log',
    { quoteVersion: '5-td15', digestForm: 2, emptyDigests: true, fullLog: false },
  ],
  ['version 4, mr_config_id not set', { zeroConfigId: true }],
  ['version 4, nothing after the quote', { quoteFields: { padding: new Uint8Array() } }],
  ['version 4, no KMS', { kms: false }],
  [
    'version 5 TD1.5, no KMS, form 2 without digests',
    { kms: false, quoteVersion: '5-td15', digestForm: 2, emptyDigests: true },
  ],
];

for (const [name, options] of FORMS) {
  test(`accepted: ${name}`, async (t) => {
    const text = JSON.stringify(await mintDocument(options));
    const policy = options.kms === false ? noKms : LOCAL_POLICY;
    const report = audit(text, { nonce: NONCE, policy });
    t.deepEqual(notPassed(report), []);
    t.is(report.verdict, 'accepted');
    t.is(report.hardware, 'simulated');
    t.is(statusOf(report, 'log.rtmr0-2'), options.fullLog === false ? 'info' : 'pass');
  });
}

test('without a KMS the key has no signature, and the usual policy reports it', async (t) => {
  const text = JSON.stringify(await mintDocument({ kms: false }));
  t.deepEqual(notPassed(audit(text, { nonce: NONCE })), ['key.custody']);
});

test('listed harmless changes are accepted and leave all facts equal', async (t) => {
  const document = await mintDocument();
  const digestOf = (changed: object, spaces?: number): string => {
    const report = audit(JSON.stringify(changed, undefined, spaces), { nonce: NONCE });
    t.deepEqual(notPassed(report), []);
    return report.facts_digest;
  };
  const digest = digestOf(document);
  const rows = JSON.parse(document.event_log) as Record<string, unknown>[];
  const padded = `${document.quote}${'00'.repeat(58)}`;
  const custody = document['key_custody'] as object;
  const tcb = document['tcb_info'] as object;
  const collateral = document['collateral'] as object;
  const changes: readonly (readonly [string, object])[] = [
    ['vm_config', { ...document, vm_config: '{"cpu_count":64}' }],
    ['agent_version', { ...document, agent_version: null }],
    ['known_limits', { ...document, known_limits: [] }],
    ['mode', { ...document, mode: 'tdx' }],
    ['key_custody.path', { ...document, key_custody: { ...custody, path: 'elsewhere' } }],
    ['tcb_info.device_id', { ...document, tcb_info: { ...tcb, device_id: '' } }],
    ['collateral.fetched_at', { ...document, collateral: { ...collateral, fetched_at: 'now' } }],
    ['zero bytes after the quote', { ...document, quote: padded, intel_quote: padded }],
    ['order of members', Object.fromEntries(Object.entries(document).toReversed())],
    [
      'order of events between registers',
      {
        ...document,
        event_log: JSON.stringify(rows.toSorted((a, b) => Number(b['imr']) - Number(a['imr']))),
      },
    ],
    [
      'names, types and payloads of boot events',
      {
        ...document,
        event_log: JSON.stringify(
          rows.map((row) =>
            row['imr'] === 3 ? row : { ...row, event: 'x', event_type: 1, event_payload: '' },
          ),
        ),
      },
    ],
    ['white space of the log', { ...document, event_log: JSON.stringify(rows, undefined, 1) }],
  ];
  for (const [what, changed] of changes) t.is(digestOf(changed), digest, what);
  t.is(digestOf(document, 4), digest);
});
