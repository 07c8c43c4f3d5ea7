/** Three links of the overview, each with what matters most of another screen. */
import type { Account } from '../api/account.js';
import { type Child, element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { momentWords } from '../pages/until-words.js';
import { hasAccess } from './apps-view.js';
import { hostOf, wordsOf } from './audit-words.js';
import { getApps, getNewestAudit } from './read-account.js';
import { timeOf } from './time-words.js';
import { healthOf, waysInWords } from './way-words.js';
import { t } from '../pages/translate.js';

type Shown = { readonly value: readonly Child[]; readonly more: readonly Child[] };

/** The links. */
export class OverviewPeeks {
  readonly #ways = peek('ways', t('Ways to get in'));
  readonly #apps = peek('apps', t('Apps with access'));
  readonly #activity = peek('activity', t('Activity'));
  readonly node = element('nav', { class: 'peeks', 'aria-label': t('At a glance') });

  constructor() {
    this.node.append(this.#ways.node, this.#apps.node, this.#activity.node);
  }

  async update(account: Account): Promise<void> {
    this.#ways.show({
      value: [t('{done} of 2 steps', { done: healthOf(account).done })],
      more: [waysInWords(account)],
    });
    await Promise.all([
      fill(this.#apps, readApps),
      fill(this.#activity, () => readActivity(account)),
    ]);
  }
}

async function readApps(): Promise<Shown> {
  const apps = (await getApps()).filter(hasAccess);
  const [newest] = apps;
  if (newest === undefined) return { value: [t('No app')], more: [t('None has access')] };
  const host = hostOf(newest.origin);
  return {
    value: [apps.length === 1 ? t('1 app') : t('{count} apps', { count: apps.length })],
    more: [
      newest.until === undefined
        ? host
        : t('{host} until {time}', {
            host,
            time: momentWords(Date.parse(newest.until), Date.now()),
          }),
    ],
  };
}

async function readActivity(account: Account): Promise<Shown> {
  const newest = (await getNewestAudit(1)).entries.at(-1);
  if (newest === undefined) return { value: [t('Nothing yet')], more: [] };
  return { value: wordsOf(newest, account).sentence, more: [timeOf(newest.at)] };
}

/** If the content cannot be read, its own screen says why. */
async function fill(place: Peek, read: () => Promise<Shown>): Promise<void> {
  place.show(await read().catch(() => ({ value: [t('Cannot be read now')], more: [] })));
}

type Peek = { readonly node: HTMLElement; show(shown: Shown): void };

function peek(id: string, name: string): Peek {
  const value = element('span', { class: 'value' }, '…');
  const more = element('span', { class: 'quiet' }, '\u00a0');
  return {
    node: element(
      'a',
      { class: 'card peek', href: `#${id}` },
      element('span', { class: 'name' }, name, icon('arrow', 'icon arrow')),
      value,
      more,
    ),
    show: (shown) => {
      value.replaceChildren(...shown.value.filter((each) => each !== undefined));
      more.replaceChildren(...shown.more.filter((each) => each !== undefined));
    },
  };
}
