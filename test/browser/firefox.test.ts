/** Tests the main path in Firefox, which cannot report whether a frame is visible: one window. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { startDemoApp } from '../../scripts/demo-app/start-demo-app.js';
import { freePort } from '../../scripts/local/free-port.js';
import { createWorld, type World } from '../scenarios/world.js';
import { until } from '../until.js';
import { type FirefoxPerson, testInFirefox } from './firefox.js';
import { SETTLED_MS } from './page-time.js';

const APPROVE = 'main[data-screen=review] [data-answer=approve]';

type Scene = { readonly world: World; readonly app: string };

async function createScene(t: ExecutionContext): Promise<Scene> {
  const port = String(await freePort());
  const service = `http://localhost:${port}`;
  const demo = await startDemoApp();
  t.teardown(() => demo.close());
  const world = await createWorld({
    env: { PORT: port, PUBLIC_ORIGIN: service, APP_ORIGINS: demo.url },
  });
  t.teardown(() => world.close());
  demo.serve({ service, node: world.node.url });
  return { world, app: demo.url };
}

/** Approves, and again for as long as the widget asks for it, until the window is gone. */
async function approveUntilClosed(person: FirefoxPerson, popup: string): Promise<void> {
  await person.untilShown(APPROVE);
  await until('the window closes', async () => {
    if (!(await person.windows()).includes(popup)) return true;
    // A click that comes too early restarts the delay of the widget, so it needs a pause before it.
    await sleep(SETTLED_MS);
    await person.clickOnce(APPROVE).catch(() => undefined);
    return false;
  });
}

testInFirefox(
  'a new person saves a note with one window, and signs in again with one',
  async (t, person) => {
    const { world, app } = await createScene(t);
    await person.open(app);
    const before = await person.windows();
    const [page = ''] = before;

    await person.click('#sign-in:not([disabled])');
    const popup = await person.switchToNew(before);
    await person.click('[data-way=create]');
    await person.click('[data-answer=create]');
    await approveUntilClosed(person, popup);
    await person.switchTo(page);
    await person.untilShown('#write');
    await person.type('#text', 'From Firefox');
    await person.click('#write button');
    await until('the note is listed', () =>
      person.run<boolean>(
        "return document.querySelector('#notes').innerText.includes('From Firefox')",
      ),
    );
    t.is(await world.counter('signatures'), 1);

    // The app knows the account, so the only window of the second visit shows the request.
    await person.open(app);
    await person.click('#sign-in:not([disabled])');
    const second = await person.switchToNew(before);
    await person.untilShown('main[data-screen=review]');
    await approveUntilClosed(person, second);
    await person.switchTo(page);
    await person.untilShown('#notes li');
    t.is(await world.counter('signatures'), 2);
  },
);
