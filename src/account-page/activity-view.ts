/**
 * Shows what was done with the account, newest first and grouped by day and app, and exports the
 * whole trail.
 */
import type { Account } from '../api/account.js';
import type { AuditEntry } from '../api/audit.js';
import { element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { fetchText } from '../pages/service-api.js';
import { activityRow } from './activity-row.js';
import { groupByDay, groupEntries } from './audit-groups.js';
import { type AuditKind, wordsOf } from './audit-words.js';
import { copyable } from './copyable.js';
import type { Desk } from './desk.js';
import { disclosureMenu } from './disclosure-menu.js';
import { offerFile } from './offer-file.js';
import { control, fold, quiet } from './parts.js';
import { getAudit, getNewestAudit } from './read-account.js';
import { report } from './said.js';
import { Section } from './section.js';
import { t } from '../pages/translate.js';

/** The number of groups that are shown at first, and by how many "Show more" raises it. */
const FIRST_GROUPS = 10;
const MORE_GROUPS = 20;
/** The number of entries that are read at once. */
const PAGE_ENTRIES = 100;
const COMMAND = 'npm run verify-audit -- sealwright-audit.jsonl';

type Filter = 'all' | AuditKind;

const FILTERS: readonly (readonly [Filter, string])[] = [
  ['all', t('All')],
  ['approval', t('Approvals')],
  ['sign-in', t('Sign-ins')],
  ['change', t('Changes')],
];

/** The screen of the activity. */
export class ActivityView extends Section {
  readonly #desk: Desk;
  #entries: readonly AuditEntry[] = [];
  #firstSeq = 1;
  #filter: Filter = 'all';
  #shown = FIRST_GROUPS;

  constructor(desk: Desk) {
    super({
      id: 'activity',
      level: 1,
      title: t('Activity'),
      action: disclosureMenu({
        name: 'menu:activity',
        label: t('Export'),
        kind: 'icon-button',
        face: [icon('dots')],
        items: [
          control({
            name: 'export',
            text: t('Export the whole trail'),
            kind: 'text',
            icon: 'download',
            onClick: () => void report(() => this.#export()),
          }),
        ],
      }),
    });
    this.#desk = desk;
  }

  update(): Promise<void> {
    return this.load(async () => {
      const { entries, firstSeq } = await getNewestAudit(PAGE_ENTRIES);
      this.#entries = entries.toReversed();
      this.#firstSeq = firstSeq;
      this.#draw(this.#desk.account);
    });
  }

  #draw(account: Account): void {
    const isChosen = (entry: AuditEntry): boolean =>
      this.#filter === 'all' || wordsOf(entry, account).kind === this.#filter;
    const groups = groupEntries(this.#entries.filter(isChosen));
    const days = groupByDay(groups.slice(0, this.#shown));
    const hasMore = groups.length > this.#shown || this.#hasOlder();
    this.show(
      this.#filters(),
      ...days.map(({ day, groups: its }) =>
        element(
          'section',
          { class: 'day' },
          element('h2', {}, day),
          element(
            'ol',
            { class: 'card flush timeline' },
            ...its.map((group) => activityRow(group, account)),
          ),
        ),
      ),
      groups.length === 0 ? quiet(t('Nothing of this kind is recorded.')) : undefined,
      hasMore
        ? control({ name: 'older', text: t('Show more'), onClick: () => void this.#showMore() })
        : undefined,
      fold(
        t('How to verify an export'),
        quiet(
          t(
            'The entries form a chain that visibly breaks if one is changed or removed. With the source code of this service, anybody can verify an export of it:',
          ),
        ),
        copyable(COMMAND, t('the command that verifies the export')),
      ),
    );
  }

  #filters(): HTMLElement {
    return element(
      'fieldset',
      { class: 'filters' },
      element('legend', { class: 'aside' }, t('Show')),
      ...FILTERS.map(([filter, name]) =>
        element(
          'label',
          {},
          element('input', {
            type: 'radio',
            name: 'activity-filter',
            'data-do': `filter:${filter}`,
            checked: filter === this.#filter,
            onchange: () => {
              this.#filter = filter;
              this.#shown = FIRST_GROUPS;
              this.#draw(this.#desk.account);
            },
          }),
          element('span', {}, name),
        ),
      ),
    );
  }

  #hasOlder(): boolean {
    return (this.#entries.at(-1)?.seq ?? 1) > this.#firstSeq;
  }

  async #showMore(): Promise<void> {
    await report(async () => {
      if (this.#hasOlder()) await this.#readOlder();
      this.#shown += MORE_GROUPS;
      this.#draw(this.#desk.account);
      return undefined;
    });
  }

  async #readOlder(): Promise<void> {
    const end = this.#entries.at(-1)?.seq ?? 1;
    const from = Math.max(this.#firstSeq, end - PAGE_ENTRIES);
    const { entries, firstSeq } = await getAudit(from, end - from);
    this.#firstSeq = firstSeq;
    this.#entries = [...this.#entries, ...entries.toReversed()];
  }

  async #export(): Promise<string> {
    const text = await this.#desk.change(() => fetchText('/api/account/audit?format=jsonl'));
    offerFile('sealwright-audit.jsonl', 'application/jsonl', text);
    return t('The trail is in your downloads.');
  }
}
