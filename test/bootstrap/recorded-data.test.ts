/** Compares the tables of the service with data recorded from SDKs. */
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { SPACE_NAMES } from '../../src/bootstrap/account.js';
import { manifestHash, SECRETS_MANIFESTS } from '../../src/bootstrap/account-records.js';
import { sessionRecap } from '../../src/bootstrap/session-grants.js';
import { STEP_IDS } from '../../src/bootstrap/steps.js';
import { parseAddress } from '../../src/protocol/address.js';

type Recorded = {
  readonly address: string;
  readonly spaceNames: readonly string[];
  readonly steps: readonly string[];
  readonly persistedApplications: readonly object[];
  readonly recapAtt: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
  >;
};

const file = new URL('../../../test/vectors/tinycloud/bootstrap-data.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
const owner = { chainId: 1, address: parseAddress(recorded.address) };

test('spaces and steps have the names and the order that clients know', (t) => {
  t.deepEqual([...SPACE_NAMES], recorded.spaceNames);
  t.deepEqual([...STEP_IDS], recorded.steps);
});

for (const name of SPACE_NAMES) {
  test(`the ${name} session grants exactly what SDKs grant`, (t) => {
    const expected = Object.entries(recorded.recapAtt[name] ?? {}).map(([uri, abilities]) => [
      uri,
      Object.keys(abilities),
    ]);
    const { attenuations } = sessionRecap(owner, name);
    t.deepEqual([...attenuations], expected);
  });
}

test('the manifests and their hash equal the recorded ones, byte for byte', (t) => {
  t.is(JSON.stringify(SECRETS_MANIFESTS), JSON.stringify(recorded.persistedApplications));
  t.is(manifestHash(SECRETS_MANIFESTS), '52bc41d3cc7823ce');
});
