/** Puts the screens of an account together, and keeps them up to date. */
import type { Account } from '../api/account.js';
import { type Child, element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { rosette } from '../pages/rosette.js';
import { signOut } from '../pages/service-api.js';
import { AppsView } from './apps-view.js';
import { ActivityView } from './activity-view.js';
import { AdvancedView } from './advanced-view.js';
import { AccountDesk } from './desk.js';
import type { Remains } from './deletion-card.js';
import { DevicesView } from './devices-view.js';
import { disclosureMenu } from './disclosure-menu.js';
import type { EvidenceCard } from './evidence-card.js';
import { OverviewView } from './overview-view.js';
import { control } from './parts.js';
import { report } from './said.js';
import { type Place, Shell } from './shell.js';
import { healthOf } from './way-words.js';
import { WaysView } from './ways-view.js';

/** What the screens depend on. */
export type SignedInParts = {
  readonly page: HTMLElement;
  readonly account: Account;
  readonly evidence: EvidenceCard;
  /** Called when the person signed out or deleted the account. */
  readonly onLeave: (remains?: Remains) => void;
};

/** Shows the account. `isNew`: the person has just signed in, so the page starts at the top. */
export function showAccount(
  { page, account, evidence, onLeave }: SignedInParts,
  isNew: boolean,
): void {
  const leave = (remains?: Remains): void => {
    overview.close();
    shell.close();
    onLeave(remains);
  };
  const desk = new AccountDesk({ account, onRefresh: () => update() });
  const overview = new OverviewView(desk);
  const apps = new AppsView(desk);
  const ways = new WaysView(desk);
  const activity = new ActivityView(desk);
  const devices = new DevicesView(desk);
  const advanced = new AdvancedView({ desk, evidence, onDeleted: leave });
  const places: readonly Place[] = [
    {
      view: overview,
      sign: 'home',
      name: 'Overview',
      onOpen: () => overview.update(desk.account),
    },
    {
      view: apps,
      sign: 'grid',
      name: 'Apps',
      onOpen: () => apps.update(desk.account),
    },
    {
      view: ways,
      sign: 'shield',
      name: 'Ways to get in',
      short: 'Ways in',
      onOpen: () => ways.update(desk.account),
    },
    { view: activity, sign: 'pulse', name: 'Activity', onOpen: () => activity.update() },
    {
      view: devices,
      sign: 'laptop',
      name: 'Devices',
      isUnderMore: true,
      onOpen: () => devices.update(desk.account),
    },
    {
      view: advanced,
      sign: 'sliders',
      name: 'Advanced',
      isUnderMore: true,
      onOpen: () => advanced.update(desk.account),
    },
  ];
  const out = (): void =>
    void report(async () => {
      await signOut();
      leave();
      return undefined;
    });
  const choose = (keyId: string): void => {
    overview.choose(keyId);
    void update();
  };
  const shell = new Shell(page, places, out);
  const update = async (): Promise<void> => {
    shell.showMenu(accountMenu(desk.account, overview, choose, out));
    shell.mark('ways', healthOf(desk.account).done < 2);
    await shell.refresh();
  };
  page.dataset['view'] = 'signed-in';
  shell.showMenu(accountMenu(account, overview, choose, out));
  shell.mark('ways', healthOf(account).done < 2);
  shell.start(isNew);
}

/** Returns the menu of the header: which key is shown, and the sign-out. */
function accountMenu(
  account: Account,
  overview: OverviewView,
  choose: (keyId: string) => void,
  out: () => void,
): HTMLElement {
  const shown = overview.keyOf(account);
  const usable = account.keys.filter(({ archivedAt }) => archivedAt === undefined);
  const face: readonly Child[] =
    shown === undefined
      ? ['Account']
      : [rosette(shown.address), element('span', { class: 'label' }, shown.label)];
  return disclosureMenu({
    name: 'account-menu',
    ...(shown === undefined ? {} : { label: `${shown.label}, account menu` }),
    kind: 'me-button',
    face: [...face, icon('chevron')],
    items: [
      ...(usable.length < 2
        ? []
        : usable.map((key) => {
            const made = control({
              name: `choose:${key.id}`,
              text: key.label,
              kind: 'text',
              onClick: () => choose(key.id),
            });
            made.prepend(rosette(key.address));
            if (key.id === shown?.id) made.setAttribute('aria-current', 'true');
            return made;
          })),
      control({ name: 'sign-out', text: 'Sign out', kind: 'text', icon: 'exit', onClick: out }),
    ],
  });
}
