/** Puts the screens of an account together, and keeps them up to date. */
import type { Account } from '../api/account.js';
import type { Key } from '../api/keys.js';
import { type Child, element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { rosette } from '../pages/rosette.js';
import { signOut } from '../pages/service-api.js';
import { AppsView } from './apps-view.js';
import { ActivityView } from './activity-view.js';
import { AdvancedView } from './advanced-view.js';
import { AccountDesk, type Desk } from './desk.js';
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
import { t } from '../pages/translate.js';

/** What the screens depend on. */
export type SignedInParts = {
  readonly page: HTMLElement;
  readonly account: Account;
  readonly evidence: EvidenceCard;
  /** Called when the person signed out or deleted the account. */
  readonly onLeave: (remains?: Remains) => void;
};

/** The screens. */
const viewsOf = (desk: Desk, evidence: EvidenceCard, onDeleted: (remains: Remains) => void) => ({
  overview: new OverviewView(desk),
  apps: new AppsView(desk),
  ways: new WaysView(desk),
  activity: new ActivityView(desk),
  devices: new DevicesView(desk),
  advanced: new AdvancedView({ desk, evidence, onDeleted }),
});

/** Returns the screens in the order of the navigation. */
function placesOf(views: ReturnType<typeof viewsOf>, desk: Desk): readonly Place[] {
  const { overview, apps, ways, activity, devices, advanced } = views;
  return [
    {
      view: overview,
      sign: 'home',
      name: t('Overview'),
      onOpen: () => overview.update(desk.account),
    },
    { view: apps, sign: 'grid', name: t('Apps'), onOpen: () => apps.update(desk.account) },
    {
      view: ways,
      sign: 'shield',
      name: t('Ways to get in'),
      short: t('Ways in'),
      onOpen: () => ways.update(desk.account),
    },
    { view: activity, sign: 'pulse', name: t('Activity'), onOpen: () => activity.update() },
    {
      view: devices,
      sign: 'laptop',
      name: t('Devices'),
      isUnderMore: true,
      onOpen: () => devices.update(desk.account),
    },
    {
      view: advanced,
      sign: 'sliders',
      name: t('Advanced'),
      isUnderMore: true,
      onOpen: () => advanced.update(desk.account),
    },
  ];
}

/** Shows the account. `isNew`: the person has just signed in, so the page starts at the top. */
export function showAccount(
  { page, account, evidence, onLeave }: SignedInParts,
  isNew: boolean,
): void {
  const leave = (remains?: Remains): void => {
    views.overview.close();
    shell.close();
    onLeave(remains);
  };
  const out = (): void =>
    void report(async () => {
      await signOut();
      leave();
      return undefined;
    });
  const choose = (keyId: string): void => {
    views.overview.choose(keyId);
    void update();
  };
  const showState = (): void => {
    shell.showMenu(accountMenu(desk.account, views.overview, choose, out));
    shell.mark('ways', healthOf(desk.account).done < 2);
  };
  const update = async (): Promise<void> => {
    showState();
    await shell.refresh();
  };
  const desk = new AccountDesk({ account, onRefresh: update });
  const views = viewsOf(desk, evidence, leave);
  const shell = new Shell(page, placesOf(views, desk), out);
  page.dataset['view'] = 'signed-in';
  showState();
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
      ? [t('Account')]
      : [rosette(shown.address), element('span', { class: 'label' }, shown.label)];
  return disclosureMenu({
    name: 'account-menu',
    ...(shown === undefined ? {} : { label: t('{label}, account menu', { label: shown.label }) }),
    kind: 'me-button',
    face: [...face, icon('chevron')],
    items: [
      ...(usable.length < 2 ? [] : usable.map((key) => keyChoice(key, shown, choose))),
      control({ name: 'sign-out', text: t('Sign out'), kind: 'text', icon: 'exit', onClick: out }),
    ],
  });
}

function keyChoice(
  { id, label, address }: Key,
  shown: Key | undefined,
  choose: (keyId: string) => void,
): HTMLElement {
  const made = control({
    name: `choose:${id}`,
    text: label,
    kind: 'text',
    onClick: () => choose(id),
  });
  made.prepend(rosette(address));
  if (id === shown?.id) made.setAttribute('aria-current', 'true');
  return made;
}
