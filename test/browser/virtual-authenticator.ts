/** Controls authenticators in Chromium, with the WebAuthn domain of the DevTools protocol. */
import type { CDPSession, Page } from 'playwright-core';

export class VirtualAuthenticators {
  readonly #session: CDPSession;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Adds an authenticator with discoverable passkeys and a person who is present and verified. */
  async add(transport: 'internal' | 'usb'): Promise<string> {
    const { authenticatorId } = await this.#session.send('WebAuthn.addVirtualAuthenticator', {
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
  }

  /** Sets whether the person touches it on request. */
  async setPresence(authenticatorId: string, enabled: boolean): Promise<void> {
    await this.#session.send('WebAuthn.setAutomaticPresenceSimulation', {
      authenticatorId,
      enabled,
    });
  }

  async setVerified(authenticatorId: string, isUserVerified: boolean): Promise<void> {
    await this.#session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  }

  /** Copies the passkeys of another authenticator here, like a person with a phone. */
  async bring(authenticatorId: string, from: VirtualAuthenticators, its: string): Promise<void> {
    const { credentials } = await from.#session.send('WebAuthn.getCredentials', {
      authenticatorId: its,
    });
    for (const credential of credentials) {
      await this.#session.send('WebAuthn.addCredential', { authenticatorId, credential });
    }
  }

  async countOf(authenticatorId: string): Promise<number> {
    return (await this.#only(authenticatorId)).signCount;
  }

  /** Sets the counter of its only passkey back, as in an older copy. */
  async rewind(authenticatorId: string, signCount: number): Promise<void> {
    const credential = await this.#only(authenticatorId);
    const { credentialId } = credential;
    await this.#session.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
    await this.#session.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: { ...credential, signCount },
    });
  }

  async #only(authenticatorId: string) {
    const { credentials } = await this.#session.send('WebAuthn.getCredentials', {
      authenticatorId,
    });
    const [credential] = credentials;
    if (credential === undefined) throw new Error('the authenticator has no passkey');
    return credential;
  }
}

export async function openVirtualAuthenticators(page: Page): Promise<VirtualAuthenticators> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  return new VirtualAuthenticators(session);
}
