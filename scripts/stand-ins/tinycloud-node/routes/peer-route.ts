import { parseSpaceId } from '../formats/space-id.js';
import { textAnswer } from '../http/answer.js';
import type { Route } from '../node-context.js';
import { Refusal } from '../refusal.js';

/**
 * `GET /peer/generate/<space>`: returns the DID that hosts the space. It is always the same, and
 * nothing is stored.
 */
export const peerRoute: Route = ({ keys }, { segments }) => {
  const space = parseSpaceId(segments[2] ?? '');
  if (space === undefined) throw new Refusal(400, 'Invalid space ID');
  return textAnswer(200, keys.peerDid(space.id));
};
