import { recapStatement } from '../../protocol/recap.js';
import { type SigningContent, signInMessageOf } from '../signing-request.js';

/**
 * Returns the app's own part of a statement, or undefined if there is none. The standard sentence
 * about capabilities at its end is removed, because the review shows the same line by line.
 */
export function appStatementOf(content: SigningContent): string | undefined {
  const statement = signInMessageOf(content)?.statement;
  if (statement === undefined || content.kind !== 'recap') return statement;
  const own = statement.slice(0, -recapStatement(content.recap).length).trimEnd();
  return own === '' ? undefined : own;
}
