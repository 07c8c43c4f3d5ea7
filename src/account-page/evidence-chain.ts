/**
 * The picture of what stands between a person and their key: the browser, the gateway, the sealed
 * machine, and the code in it. Each link states what this page checked itself, and what only an
 * auditor can check.
 */
import { element } from '../pages/element.js';
import { icon, type IconName } from '../pages/icons.js';
import type { Checked, Line } from './check-evidence.js';
import { t } from '../pages/translate.js';

type Link = {
  readonly name: string;
  readonly sign: IconName;
  /** The checks that this link stands for. Without any, only an auditor can check it. */
  readonly ids: readonly Line['id'][];
  readonly unasked: string;
  readonly checked: string;
  readonly contradicted: string;
  /** What the statement says of this link, and this page cannot check. */
  readonly stated?: string | undefined;
};

type EndOfTls = Checked['endOfTls'];

const ENDS: { readonly [end in NonNullable<EndOfTls>]: string } = {
  gateway: t('the encryption ends here, so it can read what passes'),
  machine: t('the encryption ends in the machine, so it cannot read what passes'),
};

const links = (endOfTls: EndOfTls): readonly Link[] => [
  {
    name: t('Your browser'),
    sign: 'window',
    ids: ['nonce'],
    unasked: t('creates a random number'),
    checked: t('the answer contains its random number'),
    contradicted: t('the answer does not contain its random number'),
  },
  {
    name: t('Gateway'),
    sign: 'building',
    ids: ['time', 'origin'],
    unasked: t('passes the question to {host}', { host: location.host }),
    checked: t('the answer is fresh and for {host}', { host: location.host }),
    contradicted: t('the answer is old, or for another address'),
    stated: endOfTls && ENDS[endOfTls],
  },
  {
    name: t('Sealed machine'),
    sign: 'cpu',
    ids: ['digest', 'quote'],
    unasked: t('answers with a quote of its hardware'),
    checked: t('its quote contains this answer'),
    contradicted: t('its quote does not contain this answer'),
  },
  {
    name: t('Code'),
    sign: 'code',
    ids: [],
    unasked: t('only an auditor can check it'),
    checked: '',
    contradicted: '',
  },
];

type Verdict = Line['verdict'];

function verdictOf(ids: readonly Line['id'][], lines: readonly Line[]): Verdict {
  const verdicts = ids.map((id) => lines.find((each) => each.id === id)?.verdict);
  if (verdicts.includes('contradicted')) return 'contradicted';
  const isChecked = verdicts.length > 0 && verdicts.every((each) => each === 'checked');
  return isChecked ? 'checked' : 'not-checked';
}

const WORDS: { readonly [verdict in Verdict]: string } = {
  checked: `${t('Checked here')}: `,
  contradicted: `${t('Contradicted')}: `,
  'not-checked': `${t('Not checked here')}: `,
};

/** Returns the picture as a list. Without lines, nothing has been asked yet. */
export const evidenceChain = (lines: readonly Line[], endOfTls: EndOfTls): HTMLElement =>
  element(
    'ol',
    { class: 'chain', 'aria-label': t('What stands between you and your key') },
    ...links(endOfTls).map((link) => {
      const verdict = verdictOf(link.ids, lines);
      const text =
        verdict === 'checked'
          ? link.checked
          : verdict === 'contradicted'
            ? link.contradicted
            : link.unasked;
      return element(
        'li',
        { class: verdict },
        element('span', { class: 'link-sign', 'aria-hidden': 'true' }, icon(link.sign)),
        element('b', {}, link.name),
        element(
          'span',
          { class: 'quiet' },
          element('span', { class: 'aside' }, WORDS[verdict]),
          text,
          link.stated &&
            element(
              'span',
              { class: 'stated' },
              element('span', { class: 'aside' }, WORDS['not-checked']),
              t('the statement says: {what}', { what: link.stated }),
            ),
        ),
      );
    }),
  );
