/**
 * Changes single bytes of a genuine quote and of its collateral: our own checks, without the second
 * opinion, accept none of them. CI tries 500 with a fixed seed; `npm run test:full` tries 5,000
 * with another seed each time. SEED=… in the environment tries one seed again.
 */
import { randomInt } from 'node:crypto';
import { test } from '../test.js';
import { EvidenceError } from '../../attestation/check.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyCollateral } from '../../attestation/evidence/verify-collateral.js';
import { verifyQuote } from '../../attestation/evidence/verify-quote.js';
import { judgePlatform } from '../../attestation/platform/judge-platform.js';
import { IS_FULL } from '../sample.js';
import { intelRoot, MACHINES, policyWith, type Machine } from './genuine-machines.js';
import { createRandom, type Random } from './mutators.js';

const SEED = Number(process.env['SEED'] ?? (IS_FULL ? randomInt(2 ** 32) : 20_260_813));
const CHANGES = IS_FULL ? 5_000 : 500;

const genuine: Machine = MACHINES['near-mpc-2026-08'];

/** Returns whether every check of quote, collateral and platform passes. */
function isAccepted({ quote, collateral, atS }: Machine): boolean {
  const atMs = atS * 1_000;
  try {
    const verified = verifyQuote(parseQuote(quote), intelRoot, atMs);
    const { checks, parts } = verifyCollateral({
      quote: verified,
      untrustedCollateral: collateral,
      trustedRoot: intelRoot,
      atMs,
    });
    const judged = judgePlatform({ quote: verified, parts, policy: policyWith(), atMs });
    return [...checks, ...judged].every(({ status }) => status === 'pass');
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}

type Change = { readonly machine: Machine; readonly where: string };

const below = (random: Random, count: number): number => Math.floor(random() * count);

function changeQuote(random: Random): Change {
  const quote = Uint8Array.from(genuine.quote);
  const at = below(random, quote.length);
  quote[at] = (quote[at] ?? 0) ^ (1 + below(random, 255));
  return { machine: { ...genuine, quote }, where: `byte ${at} of the quote` };
}

const MEMBERS = Object.entries(genuine.collateral).flatMap(([name, value]) =>
  typeof value === 'string' ? [[name, value] as const] : [],
);
const CHARACTERS = [10, ...Array.from({ length: 95 }, (_, at) => 32 + at)];

function changeCollateral(random: Random): Change {
  const [name, value] = MEMBERS[below(random, MEMBERS.length)] ?? ['', ''];
  const at = below(random, value.length);
  const others = CHARACTERS.filter((code) => code !== value.charCodeAt(at));
  const other = String.fromCharCode(others[below(random, others.length)] ?? 0);
  const changed = `${value.slice(0, at)}${other}${value.slice(at + 1)}`;
  const collateral = { ...genuine.collateral, [name]: changed };
  return { machine: { ...genuine, collateral }, where: `character ${at} of ${name}` };
}

test('the unchanged evidence is accepted', (t) => {
  t.true(isAccepted(genuine));
  t.true(MEMBERS.length >= 9);
});

for (const [what, change] of [
  ['the quote', changeQuote],
  ['the collateral', changeCollateral],
] as const) {
  test(`no change of one byte of ${what} is accepted`, (t) => {
    const random = createRandom(SEED + what.length);
    const accepted: string[] = [];
    for (let at = 0; at < CHANGES / 2; at += 1) {
      const { machine, where } = change(random);
      if (isAccepted(machine)) accepted.push(where);
    }
    t.deepEqual(accepted, [], `SEED=${SEED}`);
  });
}
