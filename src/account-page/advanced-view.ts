/**
 * Shows what few people need: keys, signing without asking, what holds the keys, and the deletion
 * of the account.
 */
import type { Account } from '../api/account.js';
import type { Desk } from './desk.js';
import { deletionCard, type Remains } from './deletion-card.js';
import type { EvidenceCard } from './evidence-card.js';
import { KeysCard } from './keys-card.js';
import { Section } from './section.js';
import { SwitchesCard } from './switches-card.js';
import { t } from '../pages/translate.js';

/** What the screen depends on. */
export type AdvancedParts = {
  readonly desk: Desk;
  readonly evidence: EvidenceCard;
  readonly onDeleted: (remains: Remains) => void;
};

/** The advanced screen. */
export class AdvancedView extends Section {
  readonly #keys: KeysCard;
  readonly #switches: SwitchesCard;

  constructor({ desk, evidence, onDeleted }: AdvancedParts) {
    super({ id: 'advanced', level: 1, title: t('Advanced') });
    this.#keys = new KeysCard(desk);
    this.#switches = new SwitchesCard(desk);
    this.show(this.#keys.node, this.#switches.node, evidence.node, deletionCard(desk, onDeleted));
  }

  update(account: Account): void {
    this.#keys.update(account);
    this.#switches.update(account);
  }
}
