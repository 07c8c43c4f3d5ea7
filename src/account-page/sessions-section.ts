/** Shows the person's sessions. */
import type { Account } from '../api/account.js';
import type { endSession as endSessionEndpoint, Session } from '../api/sessions.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { nameOf } from './credentials-section.js';
import type { Desk } from './desk.js';
import { getSessions } from './read-account.js';
import { badge, control, facts, Section } from './section.js';
import { timeOf } from './time-words.js';

/** The section of the sessions. */
export class SessionsSection extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super('sessions', 'Sessions', 'Browsers and programs that are signed in as you.');
    this.#desk = desk;
  }

  async update(account: Account): Promise<void> {
    const sessions = await getSessions();
    const ordered = sessions.toSorted((a, b) => Number(b.current) - Number(a.current));
    this.show(
      element('ul', { class: 'cards' }, ...ordered.map((each) => this.#row(each, account))),
    );
  }

  #row(session: Session, { credentials }: Account): HTMLElement {
    const kind = session.transport === 'cookie' ? 'Browser' : 'Program';
    const begunBy = credentials.find(({ id }) => id === session.credentialId);
    const end = control(
      `end:${session.id}`,
      'End',
      'plain',
      () => void this.run(() => endSession(this.#desk, session)),
      `End the ${kind.toLowerCase()} session`,
    );
    return element(
      'li',
      { class: 'card', 'data-session': session.id },
      element('h3', {}, kind, session.current ? badge('This one') : undefined),
      facts([
        ['Started', timeOf(session.createdAt)],
        ['With', begunBy === undefined ? 'a removed sign-in method' : nameOf(begunBy)],
        ['Last seen', timeOf(session.lastSeenAt)],
        ['Ends', timeOf(session.expiresAt)],
      ]),
      session.current ? undefined : element('div', { class: 'row' }, end),
    );
  }
}

async function endSession(desk: Desk, { id }: Session): Promise<string> {
  await desk.change(() =>
    callService<typeof endSessionEndpoint>(
      'DELETE',
      `/api/account/sessions/${encodeURIComponent(id)}`,
    ),
  );
  await desk.refresh();
  return 'The session has ended.';
}
