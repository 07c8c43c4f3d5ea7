/**
 * Tests that each known gap of dcap-qvl 0.3.9 is closed: by a negative case in minted/cases.ts, by
 * a test in minted-evidence.test.ts, or by a reason why it cannot be exploited.
 */
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { GAPS, TD15 } from './minted/cases.js';

type Closed = { readonly by: readonly string[] } | { readonly reason: string };

const TABLE: Readonly<Record<string, Closed>> = {
  'no time, every expiry passes': {
    by: ['without a valid time dcap-qvl accepts, and every window of ours fails'],
  },
  'revocation lists blank, garbage, of another issuer, stale': {
    by: [
      'a blank PCK list',
      'garbage for the PCK list, which would revoke the PCK',
      'a PCK list of another authority of that name',
      'a stale PCK list',
      "a stale list of the root's",
      'a PCK list that is partial',
      'an authority that may not sign lists',
    ],
  },
  'an intermediate that is no CA': {
    by: ['a PCK by the TCB signing key', 'an authority that is no CA'],
  },
  'names, key usage and path length of a chain': {
    by: [
      'an authority of another name than the one that the PCK names',
      'an authority that may not certify',
      'a PCK that may certify',
      'a root that allows no authority',
      'a critical extension of the PCK that nobody understands',
    ],
  },
  'signer, attributes, identity and SVN of the TDX module': {
    by: [
      'a module of another signer',
      'a module attribute',
      'a module that is too old',
      'a module of an unknown version',
    ],
  },
  'the current level of a TD 1.5 machine': { by: TD15.map(([title]) => title) },
  'the vendor of the quoting enclave': { by: ['a quoting enclave of another vendor'] },
  'bytes after the signature data, zero or not': {
    by: ['bytes after the quote are refused, although dcap-qvl ignores them'],
  },
  'levels in the order in which they are given': {
    by: ['with levels in another order dcap-qvl uses the first match, and ours the highest'],
  },
  'any status is accepted': { by: ['an out-of-date level, which only a policy refuses'] },
  'the list of the processor authority for every machine': {
    by: [
      "the processor authority's list for a PCK of the platform authority",
      'a PCK list of one authority under the chain of the other',
    ],
  },
  'a list of the future': { by: ['a PCK list of tomorrow'] },
  'TCB information of another PCE': {
    by: ['a PCE id that is not that of the TCB information'],
  },
  "another machine's PCK chain in the collateral": {
    by: [
      'a PCK chain of another machine in the collateral is refused, although dcap-qvl prefers it',
    ],
  },
  'owner, extended features and attributes of the machine': {
    by: ['an owner', 'an extended feature that is not allowed', 'performance counters'],
  },
  'the PPID is always empty': {
    reason: 'nothing is decided by it here: platform.identity reads the PCK certificate itself',
  },
};

const source = readFileSync(
  new URL('../../../test/attestation/minted-evidence.test.ts', import.meta.url),
  'utf8',
);

test('each known gap of dcap-qvl is closed by a negative case or cannot be exploited', (t) => {
  const titles = new Set([...GAPS, ...TD15].map(([title]) => title));
  for (const [gap, closed] of Object.entries(TABLE)) {
    if ('reason' in closed) t.true(closed.reason.length > 20, gap);
    else {
      t.true(closed.by.length > 0, gap);
      for (const title of closed.by) {
        t.true(titles.has(title) || source.includes(title), `${gap}: ${title}`);
      }
    }
  }
});

test('dcap-qvl still has the version that these gaps belong to', (t) => {
  const manifest = new URL('../../../attestation/package.json', import.meta.url);
  const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  t.is(dependencies['@phala/dcap-qvl'], '0.3.9');
});
