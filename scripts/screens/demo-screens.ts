/** Walks through the screens of the demo app. */
import type { Browser } from 'playwright-core';
import type { Camera } from './camera.js';
import { approve, meetPerson, untilScreen, widgetIn } from './person.js';
import type { LocalWorld } from './start-world.js';

/** Takes a picture of each screen. */
export async function takeDemoScreens(
  browser: Browser,
  { demo, language }: LocalWorld,
  camera: Camera,
): Promise<void> {
  const person = await meetPerson(browser, language);
  const { page } = person;
  await person.addAuthenticator('internal');
  await page.goto(demo.url);
  await page.locator('#sign-in:enabled').waitFor();
  await camera.take(page, 'signed-out');
  await page.click('#sign-in');
  const frame = await widgetIn(page);
  await untilScreen(frame, 'connect');
  await frame.click('[data-way=create]');
  await frame.click('[data-answer=create]');
  await untilScreen(frame, 'review');
  await camera.take(page, 'review');
  await approve(page, frame);
  await page.locator('#write').waitFor();
  await page.fill('#text', 'Buy sealing wax');
  await page.click('#write button');
  await page.locator('#notes li').first().waitFor();
  await camera.take(page, 'notes');
}
