/** A person on the account page of a service, in Chromium with an authenticator. */
import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { getBytes, type Wallet } from 'ethers';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { sampleOf } from '../sample.js';
import { faultsOfLook, LOOKS } from './look.js';
import { call } from './page-scripts.js';
import { openVirtualAuthenticators, type VirtualAuthenticators } from './virtual-authenticator.js';
import { createStage, type SceneOptions, type Stage } from './widget-scene.js';

/** The browser's own message about a refused request. The tests check what the page makes of it. */
const REFUSED_ANSWER = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** A stage with the account page open. */
export type AccountScene = Stage & {
  readonly page: Page;
  readonly authenticators: VirtualAuthenticators;
  /** The authenticator that exists from the beginning. */
  readonly first: string;
  /** The browser's complaints about the page, except for refused requests. */
  readonly faults: () => readonly string[];
};

export async function openAccountPage(
  t: ExecutionContext,
  browser: Browser,
  options: SceneOptions = {},
): Promise<AccountScene> {
  const stage = await createStage(t, browser, options);
  const page = await stage.context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${stage.service}/account`);
  await untilView(page, 'signed-out');
  const authenticators = await openVirtualAuthenticators(page);
  const first = await authenticators.add('internal');
  return {
    ...stage,
    page,
    authenticators,
    first,
    faults: () => complaints.filter((each) => !REFUSED_ANSWER.test(each)),
  };
}

export const untilView = async (page: Page, view: 'signed-in' | 'signed-out'): Promise<void> => {
  await page.waitForSelector(`#account[data-view="${view}"]`);
};

/** Adds a wallet to the pages that are opened or loaded from now on. */
export async function giveWallet(context: BrowserContext, wallet: Wallet): Promise<void> {
  await context.exposeFunction('signWithTestWallet', (hex: string) =>
    wallet.signMessage(getBytes(hex)),
  );
  await context.addInitScript(`window.ethereum = {
    request: async ({ method, params }) => method === 'eth_requestAccounts'
      ? ['${wallet.address}']
      : signWithTestWallet(params[0]),
  }`);
}

/** Creates an account with a passkey, from the page itself. */
export async function createAccount(page: Page): Promise<void> {
  await page.click('[data-way=create]');
  await answer(page);
  await untilView(page, 'signed-in');
}

/** A screen of the page. */
export type Screen = 'overview' | 'apps' | 'ways' | 'activity' | 'devices' | 'advanced';

/** Opens a screen with its link in the navigation, and waits until it has loaded. */
export async function openScreen(page: Page, screen: Screen): Promise<void> {
  await page.click(`.nav > ul > li > a[data-view=${screen}]`);
  await page.locator(`#${screen}:not([hidden])`).waitFor();
  await page.locator(`#${screen} .skeleton`).first().waitFor({ state: 'detached' });
}

/** Chooses an action of a menu. */
export async function choose(page: Page, menu: string, name: string): Promise<void> {
  await control(page, menu).click();
  await control(page, name).click();
}

export const signOut = (page: Page): Promise<void> => choose(page, 'account-menu', 'sign-out');

/** Waits until the page shows a message. */
export async function untilSaid(page: Page, said: string | RegExp): Promise<void> {
  await page.locator('#said .notice').filter({ hasText: said }).waitFor();
}

export const control = (page: Page, name: string): Locator => page.locator(`[data-do="${name}"]`);

/** Resolves to the text of a file that a click downloads. */
export async function downloaded(page: Page, name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), control(page, name).click()]);
  return readFileSync(await file.path(), 'utf8');
}

/** Answers the open dialog: types a text if one is requested, and confirms. */
export async function answer(page: Page, text?: string): Promise<void> {
  if (text !== undefined) await page.locator('dialog[open] input').fill(text);
  await page.locator('dialog[open] button[type=submit]').click();
}

export type Account = {
  readonly id: string;
  readonly keys: readonly {
    readonly id: string;
    readonly label: string;
    readonly address: string;
  }[];
  readonly credentials: readonly { readonly id: string; readonly name?: string }[];
};

/** Resolves to the account as the service returns it to the page's session. */
export const accountOf = async (page: Page): Promise<Account> =>
  (await call(page, 'GET', '/api/account')).body as unknown as Account;

/** How many screens were looked at, so that CI takes the looks in turn. */
let screens = 0;

/** Returns the problems of the page in each of the looks, or in CI in one of them. */
export async function look(page: Page, name: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const as of sampleOf(LOOKS, 1, screens++)) {
    await page.emulateMedia({ colorScheme: as.scheme });
    await page.setViewportSize({ width: as.width, height: 800 });
    wrong.push(...(await faultsOfLook(as, `account-${name}`, page)));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
  return wrong;
}
