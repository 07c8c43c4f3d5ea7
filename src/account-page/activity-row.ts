/** One row of the timeline: the newest entry of a group, and the earlier ones in a fold. */
import type { Account } from '../api/account.js';
import type { AuditEntry } from '../api/audit.js';
import { element } from '../pages/element.js';
import type { AuditGroup } from './audit-groups.js';
import { detailOf, wordsOf } from './audit-words.js';
import { fold, tile } from './parts.js';
import { clockWords, timeOf } from './time-words.js';
import { t } from '../pages/translate.js';

/** Returns the row of a group. */
export function activityRow(group: AuditGroup, account: Account): HTMLElement {
  const [newest, ...earlier] = group;
  const { sign, tone, sentence, more } = wordsOf(newest, account);
  const codes = group.flatMap((each) => detailOf(each, 'code') || []);
  return element(
    'li',
    { 'data-type': newest.type, 'data-entries': String(group.length) },
    tile(sign, tone),
    element(
      'div',
      { class: 'what' },
      element('p', { class: 'sentence' }, ...sentence),
      more === '' ? undefined : element('p', { class: 'quiet' }, more),
      earlier.length > 0
        ? fold(
            t('{count} earlier', { count: earlier.length }),
            element('ol', {}, ...earlier.map((each) => earlierLine(each, account))),
          )
        : undefined,
      codes.length > 0
        ? fold(t('Details'), element('p', {}, element('code', {}, [...new Set(codes)].join(', '))))
        : undefined,
    ),
    timeOf(newest.at, clockWords),
  );
}

const earlierLine = (entry: AuditEntry, account: Account): HTMLElement =>
  element(
    'li',
    { 'data-type': entry.type },
    element('span', {}, ...wordsOf(entry, account).sentence),
    ' · ',
    timeOf(entry.at, clockWords),
  );
