/** Tests that the verifier loads the library for contracts only when it reads a chain. */
import { readFileSync } from 'node:fs';
import { findClaimedApplication } from '../../attestation/command/read-chain-facts.js';
import { test } from '../test.js';

const STATIC = /^(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'/gm;

/** The packages that a compiled module loads when it starts. */
function loadedBy(entry: URL): ReadonlySet<string> {
  const [seen, packages, waiting] = [new Set<string>(), new Set<string>(), [entry.href]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const [, from, effect] of readFileSync(new URL(next), 'utf8').matchAll(STATIC)) {
      const specifier = from ?? effect ?? '';
      if (specifier.startsWith('.')) waiting.push(new URL(specifier, next).href);
      else packages.add(specifier.replace(/\/.*/, ''));
    }
  }
  return packages;
}

test('the command starts without the library for contracts', (t) => {
  const folder = new URL('../../attestation/', import.meta.url);
  const command = loadedBy(new URL('command.js', folder));
  t.true(command.has('zod'));
  t.false(command.has('ethers'));
  t.true(loadedBy(new URL('governance/chain/read-governance.js', folder)).has('ethers'));
});

test('a document without an application names why the chain is not read', (t) => {
  t.is(typeof findClaimedApplication('x'), 'string');
  const empty = JSON.stringify({ quote: '00', event_log: '[]' });
  t.is(typeof findClaimedApplication(empty), 'string');
});
