/** Authenticators inside Chromium, by its own protocol (the WebAuthn domain of the DevTools protocol). */
import type { CDPSession, Page } from 'playwright-core';

export class VirtualAuthenticators {
  readonly #session: CDPSession;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  /** One with discoverable passkeys and a person who is there and is verified. */
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

  /** Whether the person touches it when it is asked. */
  async setPresence(authenticatorId: string, enabled: boolean): Promise<void> {
    await this.#session.send('WebAuthn.setAutomaticPresenceSimulation', {
      authenticatorId,
      enabled,
    });
  }

  async setVerified(authenticatorId: string, isUserVerified: boolean): Promise<void> {
    await this.#session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  }

  /** Brings the passkeys of another one here, as a person brings a phone along. */
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

  /** Puts its one passkey back in time, as a copy that was made earlier is. */
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
