/** Shows which apps have access, what each may do and until when, and stops them. */
import type { Account } from '../api/account.js';
import type { App, stopApp } from '../api/apps.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { momentWords } from '../pages/until-words.js';
import { ask } from './ask.js';
import { hostOf } from './audit-words.js';
import type { Desk } from './desk.js';
import { chip, control, fold, longList, quiet, row } from './parts.js';
import { getApps } from './read-account.js';
import { report } from './said.js';
import { Section } from './section.js';
import { timeOf } from './time-words.js';

/** Returns whether an app can still do something, or be signed in. */
export const hasAccess = ({ until, stoppedAt }: App): boolean =>
  until !== undefined || stoppedAt === undefined;

/** The screen of the apps. */
export class AppsView extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super({
      id: 'apps',
      level: 1,
      title: 'Apps with access',
      intro:
        'Stopping an app ends its sign-in here at once. Rights that it holds already end by themselves, at the time shown.',
    });
    this.#desk = desk;
  }

  update(account: Account): Promise<void> {
    return this.load(async () => {
      const apps = await getApps();
      const now = apps.filter(hasAccess);
      const ended = apps.filter((app) => !hasAccess(app));
      this.show(
        now.length === 0
          ? empty()
          : element(
              'div',
              { class: 'card flush' },
              ...longList(
                'apps',
                now.map((app) => this.#row(app, account)),
              ),
            ),
        ended.length === 0
          ? undefined
          : fold(
              `Ended (${ended.length})`,
              element(
                'div',
                { class: 'card flush' },
                ...longList(
                  'ended',
                  ended.map((app) => this.#row(app, account)),
                ),
              ),
            ),
      );
    });
  }

  #row(app: App, { keys }: Account): HTMLElement {
    const host = hostOf(app.origin);
    const key = keys.find(({ address }) => address === app.keyAddress);
    const isStopped = app.stoppedAt !== undefined;
    return row({
      level: 2,
      picture: letterOf(host),
      title: [host, isStopped ? chip('Stopped', 'notice') : undefined],
      lines: [
        element('p', { class: 'rights' }, rightsOf(app)),
        quiet(...endOf(app)),
        quiet(
          'First approved ',
          timeOf(app.firstApprovedAt),
          ' · last approved ',
          timeOf(app.lastApprovedAt),
          keys.length > 1 && key !== undefined ? ` · with ${key.label}` : '',
        ),
        app.grants.length > 1 ? grantsOf(app) : undefined,
      ],
      controls: isStopped
        ? []
        : [
            control({
              name: `stop:${app.origin}`,
              text: 'Stop access',
              label: `Stop access of ${host}`,
              onClick: () => void report(() => stop(this.#desk, app)),
            }),
          ],
      data: { 'data-app': app.origin },
    });
  }
}

const TINTS = 3;

/** The first letter of the host. Its tint only helps to tell tiles apart. */
function letterOf(host: string): HTMLElement {
  // A host in an origin is ASCII, so its code units are its characters.
  const sum = Array.from({ length: host.length }, (_, at) => host.charCodeAt(at)).reduce(
    (total, code) => total + code,
    0,
  );
  return element(
    'span',
    { class: 'tile', 'aria-hidden': 'true', 'data-tint': String(sum % TINTS) },
    host.slice(0, 1).toUpperCase(),
  );
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const rightsOf = ({ rights }: App): string =>
  rights === '' ? 'Knows your address. It has no rights to your storage.' : sentence(rights);

function endOf({ until, rights }: App): readonly string[] {
  if (until !== undefined) return [`Until ${momentWords(Date.parse(until), Date.now())}`];
  return [rights === '' ? 'You can sign in to it at any time' : 'These rights have ended'];
}

const grantsOf = ({ grants }: App): HTMLElement =>
  fold(
    `${grants.length} approvals that hold`,
    element(
      'ol',
      {},
      ...grants.map(({ rights, approvedAt, until }) =>
        element(
          'li',
          {},
          `${sentence(rights)}, until ${momentWords(Date.parse(until), Date.now())}, approved `,
          timeOf(approvedAt),
        ),
      ),
    ),
  );

const empty = (): HTMLElement =>
  element(
    'div',
    { class: 'card empty' },
    element('h2', {}, 'No app has access'),
    element(
      'p',
      {},
      'When you approve an app, it is listed here with what it may do and until when.',
    ),
  );

async function stop(desk: Desk, { origin, until }: App): Promise<string> {
  const host = hostOf(origin);
  await ask({
    title: `Stop ${host}?`,
    body: [
      element(
        'ul',
        { class: 'bullets' },
        element('li', {}, 'It is signed out now, and its next request is shown to you in full.'),
        element(
          'li',
          {},
          until === undefined
            ? 'It holds no rights to your storage.'
            : `What it may do in your storage ends at ${momentWords(Date.parse(until), Date.now())}. Nobody can end it earlier.`,
        ),
      ),
    ],
    action: 'Stop access',
    isDanger: true,
    run: async () => {
      await desk.change(() => callService<typeof stopApp>('POST', '/api/apps/stop', { origin }));
    },
  });
  await desk.refresh();
  return `${host} is stopped.`;
}
