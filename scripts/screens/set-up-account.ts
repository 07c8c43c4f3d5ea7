/** Sets up the account of the person who is signed in to a page, as the sign-in of an app does. */
import type { Page } from 'playwright-core';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import type { LocalWorld } from './start-world.js';

/**
 * Runs in the page, with the page's own modules: creates a review of the sign-in, and approves it
 * with the passkey.
 */
const SIGN = `async ({ message, appOrigin }) => {
  const { callService } = await import('/pages/service-api.js');
  const { getAssertion } = await import('/pages/passkeys.js');
  const { keys } = await callService('GET', '/api/keys');
  const path = '/api/keys/' + keys[0].id;
  const review = await callService('POST', path + '/reviews', { message, format: 'personal_sign', appOrigin });
  const assertion = review.assertion.required ? { assertion: await getAssertion(review.assertion) } : {};
  await callService('POST', path + '/sign', { reviewId: review.reviewId, appOrigin, ...assertion });
}`;

/**
 * Starts the setup: the page creates a review of the app's sign-in, and approves it with the
 * passkey.
 */
export async function setUpAccount(page: Page, { demo }: LocalWorld): Promise<void> {
  const address = await page.locator('.address').innerText();
  const { siwe } = composeAppSignIn(address, new URL(demo.url).host, Date.now());
  await page.evaluate(`(${SIGN})(${JSON.stringify({ message: siwe, appOrigin: demo.url })})`);
}
