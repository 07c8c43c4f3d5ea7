/**
 * Makes the template of a deployment on a shared database from the template of one machine: no
 * volume, no directory, and the address of the database from outside. The address contains a
 * password, so it is the one value of the file that is neither measured nor attested.
 */
import { DATABASE_ADDRESS } from '../../attestation/application/environment-names.js';

const CHANGES: readonly (readonly [string, string])[] = [
  [
    "      DATA_DIR: '/data'\n",
    `      DATA_DIR: ''\n      ${DATABASE_ADDRESS}: \${${DATABASE_ADDRESS}}\n`,
  ],
  [
    '      # 1 in the file of the first start alone: with it, an empty volume is',
    '      # 1 in the file of the first start alone: with it, an empty database is',
  ],
  ['      - state:/data\n', ''],
  ['volumes:\n  state: {}\n', ''],
];

/**
 * Returns the template with these changes. Throws TypeError for a template that lacks one place.
 */
export function sharedTemplateOf(template: string): string {
  return CHANGES.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new TypeError(`The template contains once: ${from}`);
    return text.replace(from, () => to);
  }, template);
}
