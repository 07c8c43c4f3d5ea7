/** A person in Chromium, with an authenticator for passkeys. */
import type { Language } from '../../src/languages/language.js';
import type { Browser, CDPSession, Frame, Page } from 'playwright-core';

/** Ends a wait for a screen that does not appear. */
const PATIENCE_MS = 60_000;
const MOST_PRESSES = 20;
/** Longer than the delay between the sight of a request and its approval. */
const SETTLED_MS = 900;

/** A person with an open page. */
export type Person = {
  readonly page: Page;
  addAuthenticator(transport: 'internal' | 'usb'): Promise<string>;
  setPresence(id: string, isPresent: boolean): Promise<void>;
};

/** Opens a page for a new person. */
export async function meetPerson(browser: Browser, language: Language): Promise<Person> {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: language });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const session: CDPSession = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const addAuthenticator = async (transport: 'internal' | 'usb'): Promise<string> => {
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return authenticatorId;
  };
  const setPresence = async (authenticatorId: string, enabled: boolean): Promise<void> => {
    await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  };
  return { page, addAuthenticator, setPresence };
}

/** Resolves to the widget in the page of an app. */
export async function widgetIn(page: Page): Promise<Frame> {
  const handle = await page.waitForSelector('dialog.sealwright iframe', { state: 'attached' });
  const frame = await handle.contentFrame();
  if (frame === null) throw new Error('The widget has no document.');
  return frame;
}

/** Waits for a screen of the widget by its name. */
export const untilScreen = async (frame: Frame, name: string): Promise<void> => {
  await frame.waitForSelector(`main[data-screen="${name}"]`);
};

/** Approves as a person does: looks, waits, clicks, and clicks again if the widget asks for it. */
export async function approve(page: Page, frame: Frame): Promise<void> {
  const answer = frame.locator('main[data-screen=review] [data-answer=approve]');
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    await answer.hover();
    await page.waitForTimeout(SETTLED_MS);
    await answer.click();
    await page.waitForTimeout(SETTLED_MS);
    if (!(await answer.isVisible().catch(() => false))) return;
    if (await answer.isDisabled().catch(() => true)) return;
  }
  throw new Error('The widget accepted no approval.');
}
