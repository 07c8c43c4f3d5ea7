import { recapStatement } from '../../protocol/recap.js';
import { type SigningContent, signInMessageOf } from '../signing-request.js';

/**
 * What an app wrote into the statement of a sign-in request, undefined where it wrote nothing: the standard words of the
 * capabilities at the end of the statement repeat what the review says line by line.
 */
export function appStatementOf(content: SigningContent): string | undefined {
  const statement = signInMessageOf(content)?.statement;
  if (statement === undefined || content.kind !== 'recap') return statement;
  const own = statement.slice(0, -recapStatement(content.recap).length).trimEnd();
  return own === '' ? undefined : own;
}
