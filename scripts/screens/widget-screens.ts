/** Walks through the screens of the widget, in the page of the demo app. */
import type { Browser, Frame, Page } from 'playwright-core';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import type { Camera } from './camera.js';
import { approve, meetPerson, untilScreen, widgetIn } from './person.js';
import type { LocalWorld } from './start-world.js';

/** Runs in the page of the app: loads the client of the service. */
const START = `async (service) => {
  const { createSealwright } = await import(service + '/client.js');
  globalThis.sealwright = createSealwright({ service });
}`;

/** Asks for a signature, and resolves to the widget when it shows the request. */
async function ask(page: Page, message: string): Promise<Frame> {
  await page.evaluate(
    `void sealwright.signMessage(${JSON.stringify(message)}).catch(() => undefined)`,
  );
  const frame = await widgetIn(page);
  await untilScreen(frame, 'review');
  return frame;
}

const reject = (frame: Frame): Promise<void> => frame.click('[data-answer=reject]');

/** Takes a picture of each screen. */
export async function takeWidgetScreens(
  browser: Browser,
  { origin, demo, language }: LocalWorld,
  camera: Camera,
): Promise<void> {
  const person = await meetPerson(browser, language);
  const { page } = person;
  await person.addAuthenticator('internal');
  await page.goto(demo.url);
  await page.evaluate(`(${START})(${JSON.stringify(origin)})`);
  await page.evaluate('globalThis.connecting = sealwright.connect(); undefined');
  const first = await widgetIn(page);
  await untilScreen(first, 'connect');
  await camera.take(page, 'connect');
  await first.click('[data-way=create]');
  await first.waitForSelector('[data-answer=create]');
  await camera.take(page, 'create');
  await first.click('[data-answer=create]');
  const { address } = await page.evaluate<{ address: string }>('connecting');

  const text = await ask(page, 'I like sealing wax.');
  await camera.take(page, 'review-text');
  await reject(text);
  const bytes = await ask(page, `0x${'c3'.repeat(40)}`);
  await camera.take(page, 'review-bytes');
  await reject(bytes);
  const { siwe } = composeAppSignIn(address, new URL(demo.url).host, Date.now());
  const signIn = await ask(page, siwe);
  await camera.take(page, 'review-sign-in');
  await signIn.evaluate(
    "document.querySelectorAll('details').forEach((each) => { each.open = true; })",
  );
  await camera.take(page, 'review-sign-in-all');
  await approve(page, signIn);
  await untilScreen(await widgetIn(page), 'progress');
  await camera.take(page, 'progress');
}
