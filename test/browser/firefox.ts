/**
 * Runs tests in Firefox ESR. Without it, they are skipped and report it; `REQUIRE_ALL=1` makes that
 * a failure.
 */
import { existsSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { testThatNeeds } from '../test-that-needs.js';
import { until } from '../until.js';
import { type Marionette, startFirefox } from './marionette.js';

const EXECUTABLE = '/usr/bin/firefox-esr';

/** The name of an element in WebDriver's JSON. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A person in front of Firefox, with an authenticator that verifies them. */
export class FirefoxPerson {
  readonly #marionette: Marionette;

  constructor(marionette: Marionette) {
    this.#marionette = marionette;
  }

  async addAuthenticator(): Promise<void> {
    await this.#marionette.send('WebAuthn:AddVirtualAuthenticator', {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserConsenting: true,
      isUserVerified: true,
    });
  }

  async open(url: string): Promise<void> {
    await this.#marionette.send('WebDriver:Navigate', { url });
  }

  /** Runs a script in the page and resolves to what it returns. */
  async run<T>(script: string): Promise<T> {
    const { value } = await this.#marionette.send<{ value: T }>('WebDriver:ExecuteScript', {
      script,
      args: [],
    });
    return value;
  }

  /** Waits until an element can be clicked, and clicks it. */
  async click(selector: string): Promise<void> {
    await until(`${selector} can be clicked`, () =>
      this.clickOnce(selector).then(
        () => true,
        // A page that loads or changes has it a moment later.
        () => false,
      ),
    );
  }

  /** Clicks an element as a person does. Rejects if it is not there or cannot be clicked. */
  async clickOnce(selector: string): Promise<void> {
    await this.#marionette.send('WebDriver:ElementClick', { id: await this.#find(selector) });
  }

  async type(selector: string, text: string): Promise<void> {
    await this.#marionette.send('WebDriver:ElementSendKeys', {
      id: await this.#find(selector),
      text,
    });
  }

  async untilShown(selector: string): Promise<void> {
    const find = `return document.querySelector(${JSON.stringify(selector)})?.checkVisibility() === true`;
    await until(`${selector} is shown`, () => this.run<boolean>(find).catch(() => false));
  }

  /** The windows that are open, in no order. */
  windows(): Promise<readonly string[]> {
    return this.#marionette.send('WebDriver:GetWindowHandles');
  }

  async switchTo(handle: string): Promise<void> {
    await this.#marionette.send('WebDriver:SwitchToWindow', { handle });
  }

  /** Waits for a window besides these and switches to it. */
  async switchToNew(before: readonly string[]): Promise<string> {
    let opened: string | undefined;
    await until('a window opens', async () => {
      opened = (await this.windows()).find((each) => !before.includes(each));
      return opened !== undefined;
    });
    await this.switchTo(opened ?? '');
    return opened ?? '';
  }

  async #find(selector: string): Promise<string> {
    const { value } = await this.#marionette.send<{ value: Record<string, string> }>(
      'WebDriver:FindElement',
      { using: 'css selector', value: selector },
    );
    return value[ELEMENT] ?? '';
  }
}

/** Runs a test in a Firefox of its own. */
export function testInFirefox(
  title: string,
  body: (t: ExecutionContext, person: FirefoxPerson) => Promise<void>,
): void {
  testThatNeeds(EXECUTABLE, existsSync(EXECUTABLE), title, async (t) => {
    const firefox = await startFirefox(EXECUTABLE);
    t.teardown(() => firefox.stop());
    const person = new FirefoxPerson(firefox.marionette);
    await person.addAuthenticator();
    await body(t, person);
  });
}
