import { type ContractRoute, isContract } from '../openapi/describe-route.js';
import { etagOf } from '../pages/page-files.js';
import { standaloneHeaders } from '../pages/page-headers.js';
import { type ServeText, textReply } from '../pages/text-reply.js';
import { pageRoute, type Route } from '../route.js';
import { referencePage } from './reference-page.js';

/**
 * Creates the route of the browsable reference, which is composed at the first request so that it
 * does not delay the start.
 */
export function referenceRoute(routes: readonly Route[], origin: string): Route {
  let reply: ServeText | undefined;
  return pageRoute('/reference', async ({ header }) => {
    reply ??= composeReply(routes.filter(isContract), origin);
    return reply(header);
  });
}

function composeReply(routes: readonly ContractRoute[], origin: string): ServeText {
  const text = referencePage(routes, origin);
  const etag = etagOf(text);
  return textReply({ text, etag, headers: standaloneHeaders(etag) });
}
