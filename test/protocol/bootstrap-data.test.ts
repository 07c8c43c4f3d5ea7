/** The capabilities of the five bootstrap sessions as an existing client writes them. */
import { test } from '../test.js';
import { canonicalJson } from '../../src/protocol/canonical-json.js';
import { encodeBase64url } from '../../src/protocol/base64url.js';
import { utf8 } from '../../src/protocol/bytes.js';
import {
  createRecap,
  encodeRecapUrn,
  parseRecapUrn,
  type Recap,
  recapStatement,
} from '../../src/protocol/recap.js';
import { encodeResource, parseResource } from '../../src/protocol/resource.js';
import { parseSpaceId } from '../../src/protocol/space-id.js';
import { readVectors } from './vectors.js';

type Abilities = Readonly<Record<string, readonly string[]>>;
type SpaceAbilities = Readonly<Record<string, Readonly<Record<string, Abilities>>>>;
type BootstrapData = {
  readonly spaceNames: readonly string[];
  readonly spaceAbilities: Readonly<Record<string, SpaceAbilities>>;
  readonly accountRawAbilities: Abilities;
  readonly recapAtt: Readonly<Record<string, Readonly<Record<string, object>>>>;
};

const data = readVectors('tinycloud/bootstrap-data.json') as BootstrapData;

/** Expands the table to entries. An empty path stands for the whole service. */
function entriesOf(spaces: SpaceAbilities): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(spaces).flatMap(([spaceId, services]) =>
    Object.entries(services).flatMap(([service, paths]) =>
      Object.entries(paths).map(([path, abilities]) => {
        const space = parseSpaceId(spaceId);
        const member = path === '' ? {} : { path };
        return [encodeResource({ kind: 'space', space, service, ...member }), abilities] as const;
      }),
    ),
  );
}

function recapOf(name: string): Recap {
  const raw = name === 'account' ? Object.entries(data.accountRawAbilities) : [];
  return createRecap([...entriesOf(data.spaceAbilities[name] ?? {}), ...raw]);
}

test('there are five sessions', (t) => {
  t.is(data.spaceNames.length, 5);
  t.deepEqual(Object.keys(data.recapAtt).toSorted(), data.spaceNames.toSorted());
});

for (const name of data.spaceNames) {
  const att = data.recapAtt[name] ?? {};

  test(`the ReCap of the ${name} session comes out byte for byte`, (t) => {
    const json = canonicalJson({ att, prf: [] });
    t.is(encodeRecapUrn(recapOf(name)), `urn:recap:${encodeBase64url(utf8(json))}`);
    t.deepEqual(parseRecapUrn(encodeRecapUrn(recapOf(name))), recapOf(name));
  });

  test(`every resource of the ${name} session is one of ours`, (t) => {
    for (const uri of Object.keys(att)) t.is(encodeResource(parseResource(uri)), uri);
  });

  test(`the statement of the ${name} session numbers each resource once, in order`, (t) => {
    const resources = Object.keys(att).toSorted();
    const items = recapStatement(recapOf(name))
      .split(/ \(\d+\) /)
      .slice(1);
    t.deepEqual(
      items.map((item) => /for '(.*)'\.$/.exec(item)?.[1]),
      resources,
    );
    const numbers = [...recapStatement(recapOf(name)).matchAll(/ \((\d+)\) '/g)].map(([, n]) => n);
    t.deepEqual(
      numbers,
      resources.map((_, index) => String(index + 1)),
    );
  });
}
