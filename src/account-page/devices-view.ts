/** Shows the browsers and programs that are signed in, and signs them out. */
import type { Account } from '../api/account.js';
import type { endOtherSessions, endSession, Session } from '../api/sessions.js';
import { callService } from '../pages/service-api.js';
import { element } from '../pages/element.js';
import { ask } from './ask.js';
import { hostOf } from './audit-words.js';
import type { Desk } from './desk.js';
import { chip, control, longList, quiet, row, tile } from './parts.js';
import { getSessions } from './read-account.js';
import { report } from './said.js';
import { Section } from './section.js';
import { timeOf } from './time-words.js';
import { nameOf } from './way-words.js';

/** The screen of the devices. */
export class DevicesView extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super({
      id: 'devices',
      level: 1,
      title: 'Devices',
      intro: 'Browsers and programs that are signed in as you.',
    });
    this.#desk = desk;
  }

  update(account: Account): Promise<void> {
    return this.load(async () => {
      const sessions = await getSessions();
      const ordered = sessions.toSorted(
        (a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt),
      );
      this.show(
        element(
          'div',
          { class: 'card flush', id: 'sessions' },
          ...longList(
            'sessions',
            ordered.map((each) => this.#row(each, account)),
          ),
        ),
        sessions.length > 1
          ? control({
              name: 'end-others',
              text: 'Sign out all others',
              kind: 'danger-line',
              onClick: () => void report(() => endOthers(this.#desk, sessions.length - 1)),
            })
          : undefined,
        quiet(
          'Up to 20 devices and programs stay signed in. The next sign-in signs out the oldest one.',
        ),
      );
    });
  }

  #row(session: Session, { credentials }: Account): HTMLElement {
    const name = deviceOf(session);
    const begunBy = credentials.find(({ id }) => id === session.credentialId);
    const way = begunBy === undefined ? 'a removed way' : nameOf(begunBy);
    return row({
      level: 2,
      picture: tile(signOf(session)),
      title: [name, session.current ? chip('This device', 'good') : undefined],
      lines: [
        quiet(
          session.current ? 'On this page · ' : inApps(session),
          session.current ? 'now' : timeOf(session.lastSeenAt),
          ` · signed in with ${way}`,
        ),
      ],
      controls: session.current
        ? []
        : [
            control({
              name: `end:${session.id}`,
              text: 'Sign out',
              label: `Sign out ${[name, ...(session.apps ?? []).map((each) => `in ${hostOf(each)}`)].join(' ')}`,
              onClick: () => void report(() => end(this.#desk, session)),
            }),
          ],
      data: { 'data-session': session.id },
    });
  }
}

/** Returns the browser and the system of a session, as far as they are known. */
function deviceOf({ transport, device }: Session): string {
  if (transport === 'bearer') return 'A program';
  return device ?? 'A browser';
}

const inApps = ({ apps = [] }: Session): string =>
  apps.length === 0 ? 'Last seen ' : `In ${apps.map(hostOf).join(', ')} · last seen `;

const signOf = ({ transport, device = '' }: Session) => {
  if (transport === 'bearer') return 'code';
  return /iPhone|Android/.test(device) ? 'phone' : 'laptop';
};

async function end(desk: Desk, { id }: Session): Promise<string> {
  await desk.change(() =>
    callService<typeof endSession>('DELETE', `/api/account/sessions/${encodeURIComponent(id)}`),
  );
  await desk.refresh();
  return 'The device is signed out.';
}

async function endOthers(desk: Desk, count: number): Promise<string> {
  await ask({
    title: 'Sign out all others?',
    body: [
      element(
        'p',
        {},
        `${count === 1 ? 'One other device or program is' : `${count} other devices and programs are`} signed out at once. Rights that apps hold end by themselves, at the time that each of them was given.`,
      ),
    ],
    action: 'Sign out all others',
    isDanger: true,
    run: async () => {
      await desk.change(() =>
        callService<typeof endOtherSessions>('DELETE', '/api/account/sessions'),
      );
    },
  });
  await desk.refresh();
  return 'All other devices are signed out.';
}
