/** Tests which route a request reaches, and what a path that no route serves is answered with. */
import { createRouteFinder } from '../../src/http/find-route.js';
import { test } from '../test.js';
import { createWorld } from '../scenarios/world.js';

const HASH = 'ab'.repeat(64);
const finder = createRouteFinder([
  { method: 'GET', path: '/keys' },
  { method: 'POST', path: '/keys' },
  { method: 'GET', path: '/keys/:id' },
  { method: 'POST', path: '/keys/:id/sign' },
  { method: 'GET', path: '/attestation/:statementHash' },
  { method: 'GET', path: '/client.js' },
]);
const pathOf = (method: string, path: string): string | undefined =>
  finder.find(method, path)?.route.path;

test('a path finds the route of its method, with its parameters decoded', (t) => {
  t.is(pathOf('POST', '/keys'), '/keys');
  const found = finder.find('POST', '/keys/a%20b/sign');
  t.is(found?.route.path, '/keys/:id/sign');
  t.deepEqual({ ...found?.params }, { id: 'a b' });
  t.deepEqual({ ...finder.find('GET', `/attestation/${HASH}`)?.params }, { statementHash: HASH });
  t.is(pathOf('HEAD', '/keys/a'), '/keys/:id');
});

test('other methods and other paths find nothing', (t) => {
  for (const [method, path] of [
    ['DELETE', '/keys'],
    ['get', '/keys'],
    ['BREW', '/keys'],
    ['GET', '/key'],
    ['GET', '/keys/a/sign'],
    ['GET', '/keys/a/b'],
    ['GET', '/keys/'],
    ['GET', '/Keys'],
    ['GET', '/clientxjs'],
    ['GET', '/keys/%zz'],
    ['GET', `/attestation/${HASH}0`],
    ['GET', ''],
  ] as const) {
    t.is(pathOf(method, path), undefined, `${method} ${path}`);
  }
});

test('the methods of a path are those that it serves', (t) => {
  t.deepEqual(finder.methodsOf('/keys').toSorted(), ['GET', 'HEAD', 'POST']);
  t.deepEqual(finder.methodsOf('/keys/a/sign'), ['POST']);
  t.deepEqual(finder.methodsOf('/nothing'), []);
});

test('a method that a path does not support is answered with those that it does', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const send = (method: string, path: string) => fetch(`${world.url}${path}`, { method });
  for (const method of ['DELETE', 'OPTIONS', 'PROPFIND']) {
    const answer = await send(method, '/api/keys');
    t.is(answer.status, 405, method);
    t.is(answer.headers.get('allow'), 'GET, HEAD, POST', method);
    t.like(await answer.json(), { code: 'ERR_METHOD_NOT_ALLOWED' });
  }
  const unknown = await send('OPTIONS', '/api/nothing');
  t.is(unknown.status, 404);
  t.is(unknown.headers.get('allow'), null);
  const head = await send('HEAD', '/healthz');
  t.is(head.status, 200);
  t.is(await head.text(), '');
});
