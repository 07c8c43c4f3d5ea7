/** Walks through the screens of the account page. */
import type { Browser, Page } from 'playwright-core';
import type { Camera } from './camera.js';
import { meetPerson } from './person.js';
import { setUpAccount } from './set-up-account.js';
import type { LocalWorld } from './start-world.js';

const click = (page: Page, name: string): Promise<void> =>
  page.locator(`[data-do="${name}"]`).click();

async function open(page: Page, screen: string): Promise<void> {
  await page.evaluate(`location.hash = '#${screen}'`);
  await page.locator(`#${screen}`).waitFor();
  await page.waitForLoadState('networkidle');
}

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
}

/** Takes a picture of each screen. */
export async function takeAccountScreens(
  browser: Browser,
  world: LocalWorld,
  camera: Camera,
): Promise<void> {
  const { origin } = world;
  const person = await meetPerson(browser, world.language);
  const { page } = person;
  const first = await person.addAuthenticator('internal');
  await page.goto(`${origin}/account`);
  await page.locator('#account[data-view=signed-out]').waitFor();
  await camera.take(page, 'signed-out');
  await page.click('[data-way=create]');
  await camera.take(page, 'create');
  await page.locator('dialog[open] button[type=submit]').click();
  await page.locator('#account[data-view=signed-in]').waitFor();
  await page.locator('#storage[data-status=none]').waitFor();
  await camera.take(page, 'overview-new');
  await open(page, 'ways');
  await camera.take(page, 'ways-one');

  await takeSetup(page, world, camera);

  await person.setPresence(first, false);
  await person.addAuthenticator('usb');
  await open(page, 'ways');
  await click(page, 'add-passkey');
  await camera.take(page, 'add-passkey');
  await page.locator('dialog[open] button[type=submit]').click();
  await page.locator('#health .chip.good').waitFor();
  await camera.take(page, 'ways');
  await open(page, 'overview');
  await page.locator('#storage[data-status=complete]').waitFor();
  await camera.take(page, 'overview');
  for (const screen of ['apps', 'activity', 'devices']) {
    if ((await page.locator(`#${screen}`).count()) === 0) continue;
    await open(page, screen);
    await camera.take(page, screen);
  }
  await takeAdvanced(page, camera);
}

async function takeSetup(page: Page, world: LocalWorld, camera: Camera): Promise<void> {
  const { node } = world;
  await open(page, 'overview');
  const recover = node.addFault({
    matches: ({ route, method }) => route === '/encryption/networks' && method === 'POST',
    kind: 'status-500',
  });
  node.setLatencyMs(1_500);
  await setUpAccount(page, world);
  await page.locator('#storage[data-status=pending] .node.done').first().waitFor();
  await camera.take(page, 'overview-setting-up');
  node.setLatencyMs(0);
  await page.locator('#storage[data-status=failed]').waitFor();
  await camera.take(page, 'overview-failed');
  recover();
  await click(page, 'retry');
  await page.locator('#storage[data-status=complete]').waitFor();
}

async function takeAdvanced(page: Page, camera: Camera): Promise<void> {
  await open(page, 'advanced');
  await camera.take(page, 'advanced');
  await click(page, 'ask-evidence');
  await page.locator('#attestation .checks').waitFor();
  await camera.take(page, 'evidence');
  await click(page, 'delegateSignEnabled');
  await camera.take(page, 'switch');
  await closeDialog(page);
  await click(page, 'delete');
  await camera.take(page, 'delete');
  await closeDialog(page);
}
