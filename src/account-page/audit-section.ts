/** Shows what was done with the account, newest first, and exports the whole trail. */
import type { Account } from '../api/account.js';
import type { AuditEntry, AuditPage } from '../api/audit.js';
import { element } from '../pages/element.js';
import { sentenceOfEntry } from './audit-words.js';
import { copyable } from './copyable.js';
import type { Desk } from './desk.js';
import { offerFile } from './offer-file.js';
import { getAudit } from './read-account.js';
import { control, Section } from './section.js';
import { timeOf } from './time-words.js';
import { fetchText } from '../pages/service-api.js';

const PAGE = 20;
/** The maximum number of entries that the service returns at once. */
const MAX_ENTRIES = 200;
const COMMAND = 'npm run verify-audit -- sealwright-audit.jsonl';

/** The section of the audit trail. */
export class AuditSection extends Section {
  readonly #desk: Desk;
  /** The number of pages back from the newest. */
  #back = 0;
  /** The sequence number of the newest entry at the last read. */
  #lastSeq = 1;

  constructor(desk: Desk) {
    super(
      'audit',
      'Audit trail',
      'Everything that was done with your account, in a chain that visibly breaks if an entry is changed or removed.',
    );
    this.#desk = desk;
  }

  async update(account: Account): Promise<void> {
    const { firstSeq, lastSeq, from, end, entries } = await this.#read();
    this.#lastSeq = lastSeq;
    const newestFirst = entries.toReversed();
    this.show(
      element(
        'ol',
        { class: 'trail', 'aria-label': `Entries ${from} to ${end}, newest first` },
        ...newestFirst.map((each) => line(each, account)),
      ),
      element(
        'div',
        { class: 'row' },
        this.#turn('newer', 'Newer', this.#back === 0, -1),
        element('span', { class: 'quiet' }, `${from}–${end} of ${lastSeq}`),
        this.#turn('older', 'Older', from <= firstSeq, 1),
      ),
      ...this.#keepCopy(),
    );
  }

  #keepCopy(): readonly HTMLElement[] {
    return [
      element('h3', {}, 'Keep a copy'),
      element(
        'p',
        {},
        'Export the whole trail, and verify it with the source code of this service:',
      ),
      copyable(COMMAND, 'the command that verifies the export'),
      element(
        'div',
        { class: 'row' },
        control('export', 'Export the trail', 'plain', () => void this.run(() => this.#export())),
      ),
    ];
  }

  /**
   * The service counts from the oldest entry and returns the number of the newest one, so the last
   * known number is the start.
   */
  async #read() {
    const placeOf = ({ firstSeq, lastSeq }: Pick<AuditPage, 'firstSeq' | 'lastSeq'>) => {
      const end = lastSeq - this.#back * PAGE;
      return { firstSeq, lastSeq, end, from: Math.max(firstSeq, end - PAGE + 1, 1) };
    };
    const guess = placeOf({ firstSeq: 1, lastSeq: this.#lastSeq });
    const page = await getAudit(guess.from, MAX_ENTRIES);
    const place = placeOf(page);
    const { from, end } = place;
    const isIn = ({ seq }: AuditEntry): boolean => seq >= from && seq <= end;
    const found = page.entries.filter(isIn);
    if (found.length === end - from + 1) return { ...place, entries: found };
    return { ...place, entries: (await getAudit(from, PAGE)).entries.filter(isIn) };
  }

  #turn(name: string, text: string, isEnd: boolean, by: number): HTMLButtonElement {
    const made = control(name, text, 'plain', () => {
      if (isEnd) return;
      this.#back += by;
      void this.run(async () => {
        await this.update(this.#desk.account);
        return undefined;
      });
    });
    // The control stays focusable: if it disappeared, the focus would be lost.
    made.setAttribute('aria-disabled', String(isEnd));
    return made;
  }

  async #export(): Promise<string> {
    const text = await this.#desk.change(() => fetchText('/api/account/audit?format=jsonl'));
    offerFile('sealwright-audit.jsonl', 'application/jsonl', text);
    return 'The trail is in your downloads.';
  }
}

const line = (entry: AuditEntry, account: Account): HTMLElement =>
  element(
    'li',
    { 'data-type': entry.type, value: String(entry.seq) },
    element('span', { class: 'when' }, timeOf(entry.at)),
    element('span', {}, sentenceOfEntry(entry, account)),
  );
