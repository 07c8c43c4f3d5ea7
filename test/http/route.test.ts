import { test } from '../test.js';
import { publicRoute } from '../../src/http/route.js';

const handle = async () => ({ status: 200 as const });

test('a route names its class of work, or does not compile', (t) => {
  const row = { method: 'GET', path: '/x', summary: 'x', handle } as const;
  t.is(publicRoute({ ...row, limit: 'read' }).limit, 'read');
  // @ts-expect-error without a class
  publicRoute(row);
  // @ts-expect-error a class that there is not
  publicRoute({ ...row, limit: 'reading' });
  // @ts-expect-error a class that is counted elsewhere
  publicRoute({ ...row, limit: 'sign-up' });
});
