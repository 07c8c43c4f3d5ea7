/**
 * Tests that browsers without the JSON helpers, and password managers that return their own
 * objects, can create and use passkeys.
 */
import type { Page } from 'playwright-core';
import {
  accountOf,
  answer,
  createAccount,
  openAccountPage,
  signOut,
  untilView,
} from './account-scene.js';
import { testInBrowser } from './chromium.js';
import { runInPage } from './widget-scene.js';

const WITHOUT_HELPERS = `
  delete PublicKeyCredential.parseCreationOptionsFromJSON;
  delete PublicKeyCredential.parseRequestOptionsFromJSON;
  delete PublicKeyCredential.prototype.toJSON;
`;

/**
 * Replaces what the browser returns; \`shape\` maps a credential to the object of a password
 * manager.
 */
const returning = (shape: string): string => `
  const shape = ${shape};
  for (const name of ['create', 'get']) {
    const ask = navigator.credentials[name].bind(navigator.credentials);
    navigator.credentials[name] = async (options) => shape(await ask(options));
  }
`;

const PLAIN = `({ id, rawId, type, response }) => ({
  id, rawId, type,
  response: Object.fromEntries(
    ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
      .map((name) => [name, response[name]]),
  ),
})`;

const WITH_PROTOTYPE = `(credential) => {
  const { id, rawId, type, response } = credential;
  const own = Object.create(PublicKeyCredential.prototype, Object.fromEntries(
    Object.entries({ id, rawId, type, response }).map(([name, value]) => [name, { value }]),
  ));
  return own;
}`;

const THROWING = `(credential) => new Proxy(credential, {
  get: (target, name) => {
    if (name === 'toJSON') return () => { throw new TypeError('not here'); };
    const value = target[name];
    return typeof value === 'function' ? value.bind(target) : value;
  },
})`;

const ROWS: readonly (readonly [string, string])[] = [
  ['a browser without the JSON helpers', WITHOUT_HELPERS],
  ['a plain object', returning(PLAIN)],
  ['an object with the right prototype and no toJSON of its own', returning(WITH_PROTOTYPE)],
  ['an object whose toJSON throws', returning(THROWING)],
];

async function signInAgain(page: Page): Promise<string> {
  await signOut(page);
  await untilView(page, 'signed-out');
  await page.click('[data-way=passkey]');
  await untilView(page, 'signed-in');
  return (await accountOf(page)).id;
}

for (const [what, script] of ROWS) {
  testInBrowser(`${what} makes an account and signs in to it`, async (t, browser) => {
    const { page, faults } = await openAccountPage(t, browser);
    await runInPage(page, script);
    await createAccount(page);
    const { id } = await accountOf(page);
    t.is(await signInAgain(page), id);
    t.deepEqual(faults(), []);
  });
}

testInBrowser(
  'a fault of a password manager is not reported as a refusal of the person',
  async (t, browser) => {
    const { page } = await openAccountPage(t, browser);
    await runInPage(page, 'navigator.credentials.create = () => { null.x; };');
    await page.click('[data-way=create]');
    await answer(page);
    const said = page.locator('[data-code=ERR_PASSKEY_UNSUPPORTED]');
    await said.waitFor();
    t.is(await said.count(), 1);
  },
);
