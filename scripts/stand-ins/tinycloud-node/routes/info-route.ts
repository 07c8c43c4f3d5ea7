import { emptyAnswer, jsonAnswer } from '../http/answer.js';
import type { Route } from '../node-context.js';

const FEATURES = ['kv', 'delegation', 'sharing', 'sql', 'hooks', 'signed-urls', 'encryption'];

/** `GET /info` and `GET /version`. */
export const infoRoute: Route = ({ keys }) =>
  jsonAnswer({
    protocol: 1,
    version: '1.16.0',
    features: FEATURES,
    nodeId: keys.nodeDid,
    inTEE: false,
  });

/** `GET /healthz`. */
export const healthRoute: Route = () => emptyAnswer(200);

/**
 * `GET /.well-known/tinycloud/node-keys`. The second key only has to be a valid key, because the
 * stand-in does not share by mail.
 */
export const nodeKeysRoute: Route = ({ keys }) =>
  jsonAnswer({
    nodeDid: keys.nodeDid,
    shareInvitationPublicKey: Buffer.from(keys.deriveKey('share-invitation')).toString('base64url'),
  });
