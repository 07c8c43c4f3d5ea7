/**
 * The seven parts of a TinyCloud account, what each is for, and its state by the steps of the
 * setup.
 */
import type { BootstrapState, BootstrapStep } from '../api/bootstrap.js';
import type { IconName } from '../pages/icons.js';
import { t } from '../pages/translate.js';

/** The name of a part, as in the links of the picture. */
export type PartId =
  | 'default'
  | 'applications'
  | 'secrets'
  | 'account'
  | 'public'
  | 'network'
  | 'registry';

/** How far a part is. */
export type PartState = 'done' | 'running' | 'failed' | 'waiting';

/** A part of the account. */
export type AccountPart = {
  readonly id: PartId;
  readonly name: string;
  /** The name in the picture. */
  readonly short: string;
  readonly what: string;
  readonly meaning: string;
  readonly sign: IconName;
  /** The steps that create it. */
  readonly steps: readonly BootstrapStep['id'][];
};

const spaceSteps = (
  space: 'default' | 'applications' | 'secrets' | 'account' | 'public',
): readonly BootstrapStep['id'][] => [`session:${space}`, `host:${space}`, `activate:${space}`];

/** The parts, in the order in which a person reads them. */
export const ACCOUNT_PARTS: readonly AccountPart[] = [
  {
    id: 'default',
    name: t('Default space'),
    short: t('Default'),
    what: t('What apps store for you'),
    meaning: t(
      'Apps that you approve keep your files and databases here, each where you allowed it to.',
    ),
    sign: 'folder',
    steps: spaceSteps('default'),
  },
  {
    id: 'applications',
    name: t('Applications space'),
    short: t('Applications'),
    what: t('What apps keep for themselves'),
    meaning: t('Apps keep their own settings here, apart from your files.'),
    sign: 'grid',
    steps: spaceSteps('applications'),
  },
  {
    id: 'secrets',
    name: t('Secrets space'),
    short: t('Secrets'),
    what: t('Passwords and API keys · database'),
    meaning: t(
      'Passwords and API keys are stored here, encrypted with your encryption network. Few apps need them, and the prompt warns you when one asks.',
    ),
    sign: 'lock',
    steps: [...spaceSteps('secrets'), 'secrets:secret-records-schema'],
  },
  {
    id: 'account',
    name: t('Account space'),
    short: t('Account'),
    what: t('Your apps and their rights · database'),
    meaning: t(
      'This database lists your apps and your spaces. Every TinyCloud sign-in keeps it up to date.',
    ),
    sign: 'person',
    steps: [...spaceSteps('account'), 'account:index-schema'],
  },
  {
    id: 'public',
    name: t('Public space'),
    short: t('Public'),
    what: t('What anybody can read'),
    meaning: t('Everything in this space can be read by anybody who knows your address.'),
    sign: 'globe',
    steps: spaceSteps('public'),
  },
  {
    id: 'network',
    name: t('Encryption network'),
    short: t('Encryption'),
    what: t('Decrypts what is sealed for you'),
    meaning: t(
      'The network holds the key that decrypts your secrets. Your key decides who can use it.',
    ),
    sign: 'network',
    steps: ['encryption:network-create'],
  },
  {
    id: 'registry',
    name: t('Registry'),
    short: t('Registry'),
    what: t('Where apps find your spaces'),
    meaning: t(
      'The registry records which spaces and apps belong to you, so that a new app finds them.',
    ),
    sign: 'book',
    steps: ['account:seed-spaces', 'account:seed-applications'],
  },
];

/** Returns the state of each part. */
export function statesOf(state: BootstrapState): ReadonlyMap<PartId, PartState> {
  const known = new Map(state.steps.map((each) => [each.id, each.status]));
  const failed = failedPart(state);
  return new Map(
    ACCOUNT_PARTS.map(({ id, steps }): readonly [PartId, PartState] => {
      const statuses = steps.map((each) => known.get(each));
      if (isDone(state, statuses)) return [id, 'done'];
      if (id === failed?.id) return [id, 'failed'];
      const hasBegun = statuses.some((each) => each === 'done' || each === 'running');
      return [id, hasBegun && state.status === 'pending' ? 'running' : 'waiting'];
    }),
  );
}

/**
 * Returns the part at which a setup stopped: the first one that is not done, as the later ones
 * follow it.
 */
export function failedPart(state: BootstrapState): AccountPart | undefined {
  if (state.status !== 'failed') return undefined;
  const known = new Map(state.steps.map((each) => [each.id, each.status]));
  return ACCOUNT_PARTS.find(
    ({ steps }) =>
      !isDone(
        state,
        steps.map((each) => known.get(each)),
      ),
  );
}

const isDone = (
  { status }: BootstrapState,
  steps: readonly (BootstrapStep['status'] | undefined)[],
): boolean => status === 'complete' || steps.every((each) => each === 'done');

/** The state of a part in a word, with its sign. */
export const STATE_WORDS: { readonly [state in PartState]: readonly [string, IconName] } = {
  done: [t('Ready'), 'check'],
  running: [t('In progress'), 'arc'],
  failed: [t('Failed'), 'alert'],
  waiting: [t('Waiting'), 'ring'],
};
