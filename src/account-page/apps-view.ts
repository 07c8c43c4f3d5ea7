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
import { t, tNodes } from '../pages/translate.js';

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
      title: t('Apps with access'),
      intro: t(
        'Stopping an app ends its sign-in here at once. Rights that it holds already end by themselves, at the time shown.',
      ),
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
              t('Ended ({count})', { count: ended.length }),
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
      title: [host, isStopped ? chip(t('Stopped'), 'notice') : undefined],
      lines: [
        element('p', { class: 'rights' }, rightsOf(app)),
        quiet(...endOf(app)),
        quiet(
          ...tNodes('First approved {first} · last approved {last}', {
            first: timeOf(app.firstApprovedAt),
            last: timeOf(app.lastApprovedAt),
          }),
          keys.length > 1 && key !== undefined ? ` · ${t('with {key}', { key: key.label })}` : '',
        ),
        app.grants.length > 1 ? grantsOf(app) : undefined,
      ],
      controls: isStopped
        ? []
        : [
            control({
              name: `stop:${app.origin}`,
              text: t('Stop access'),
              label: t('Stop access of {host}', { host }),
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
  rights === '' ? t('Knows your address. It has no rights to your storage.') : sentence(rights);

function endOf({ until, rights }: App): readonly string[] {
  if (until !== undefined)
    return [t('Until {time}', { time: momentWords(Date.parse(until), Date.now()) })];
  return [rights === '' ? t('You can sign in to it at any time') : t('These rights have ended')];
}

const grantsOf = ({ grants }: App): HTMLElement =>
  fold(
    t('{count} approvals that hold', { count: grants.length }),
    element(
      'ol',
      {},
      ...grants.map(({ rights, approvedAt, until }) =>
        element(
          'li',
          {},
          ...tNodes('{rights}, until {time}, approved {approved}', {
            rights: sentence(rights),
            time: momentWords(Date.parse(until), Date.now()),
            approved: timeOf(approvedAt),
          }),
        ),
      ),
    ),
  );

const empty = (): HTMLElement =>
  element(
    'div',
    { class: 'card empty' },
    element('h2', {}, t('No app has access')),
    element(
      'p',
      {},
      t('When you approve an app, it is listed here with what it may do and until when.'),
    ),
  );

async function stop(desk: Desk, { origin, until }: App): Promise<string> {
  const host = hostOf(origin);
  await ask({
    title: t('Stop {host}?', { host }),
    body: [
      element(
        'ul',
        { class: 'bullets' },
        element('li', {}, t('It is signed out now, and its next request is shown to you in full.')),
        element(
          'li',
          {},
          until === undefined
            ? t('It holds no rights to your storage.')
            : t('What it may do in your storage ends at {time}. Nobody can end it earlier.', {
                time: momentWords(Date.parse(until), Date.now()),
              }),
        ),
      ),
    ],
    action: t('Stop access'),
    isDanger: true,
    run: async () => {
      await desk.change(() => callService<typeof stopApp>('POST', '/api/apps/stop', { origin }));
    },
  });
  await desk.refresh();
  return t('{host} is stopped.', { host });
}
