/** Shows the browsers and programs that are signed in, and signs them out. */
import type { Account } from '../api/account.js';
import type { endOtherSessions, endSession, Session } from '../api/sessions.js';
import { callService } from '../pages/service-api.js';
import { type Child, element } from '../pages/element.js';
import { ask } from './ask.js';
import { hostOf } from './audit-words.js';
import type { Desk } from './desk.js';
import { chip, control, longList, quiet, row, tile } from './parts.js';
import { getSessions } from './read-account.js';
import { report } from './said.js';
import { Section } from './section.js';
import { timeOf } from './time-words.js';
import { nameOf } from './way-words.js';
import { t, tNodes } from '../pages/translate.js';

/** The screen of the devices. */
export class DevicesView extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super({
      id: 'devices',
      level: 1,
      title: t('Devices'),
      intro: t('Browsers and programs that are signed in as you.'),
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
              text: t('Sign out all others'),
              kind: 'danger-line',
              onClick: () => void report(() => endOthers(this.#desk, sessions.length - 1)),
            })
          : undefined,
        quiet(
          t(
            'Up to 20 devices and programs stay signed in. The next sign-in signs out the oldest one.',
          ),
        ),
      );
    });
  }

  #row(session: Session, { credentials }: Account): HTMLElement {
    const name = deviceOf(session);
    const begunBy = credentials.find(({ id }) => id === session.credentialId);
    const way = begunBy === undefined ? t('a removed way') : nameOf(begunBy);
    return row({
      level: 2,
      picture: tile(signOf(session)),
      title: [name, session.current ? chip(t('This device'), 'good') : undefined],
      lines: [quiet(...seenWords(session), ` · ${t('signed in with {way}', { way })}`)],
      controls: session.current
        ? []
        : [
            control({
              name: `end:${session.id}`,
              text: t('Sign out'),
              label: endWords(name, session),
              onClick: () => void report(() => end(this.#desk, session)),
            }),
          ],
      data: { 'data-session': session.id },
    });
  }
}

/** Returns the browser and the system of a session, as far as they are known. */
function deviceOf({ transport, device }: Session): string {
  if (transport === 'bearer') return t('A program');
  return device ?? t('A browser');
}

const endWords = (name: string, { apps = [] }: Session): string =>
  apps.length === 0
    ? t('Sign out {name}', { name })
    : t('Sign out {name} in {apps}', { name, apps: apps.map(hostOf).join(', ') });

/** Says where a session is used, and when it was seen. */
function seenWords({ apps = [], current, lastSeenAt }: Session): readonly Child[] {
  if (current) return [t('On this page · now')];
  const time = timeOf(lastSeenAt);
  return apps.length === 0
    ? tNodes('Last seen {time}', { time })
    : tNodes('In {apps} · last seen {time}', { apps: apps.map(hostOf).join(', '), time });
}

const signOf = ({ transport, device = '' }: Session) => {
  if (transport === 'bearer') return 'code';
  return /iPhone|Android/.test(device) ? 'phone' : 'laptop';
};

async function end(desk: Desk, { id }: Session): Promise<string> {
  await desk.change(() =>
    callService<typeof endSession>('DELETE', `/api/account/sessions/${encodeURIComponent(id)}`),
  );
  await desk.refresh();
  return t('The device is signed out.');
}

async function endOthers(desk: Desk, count: number): Promise<string> {
  await ask({
    title: t('Sign out all others?'),
    body: [
      element(
        'p',
        {},
        count === 1
          ? t('One other device or program is signed out at once.')
          : t('{count} other devices and programs are signed out at once.', { count }),
        ' ',
        t('Rights that apps hold end by themselves, at the time that each of them was given.'),
      ),
    ],
    action: t('Sign out all others'),
    isDanger: true,
    run: async () => {
      await desk.change(() =>
        callService<typeof endOtherSessions>('DELETE', '/api/account/sessions'),
      );
    },
  });
  await desk.refresh();
  return t('All other devices are signed out.');
}
