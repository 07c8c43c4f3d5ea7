/**
 * Serves the pages and the module for apps from a fixed list. The content does not depend on the
 * caller.
 */
import type { Config } from '../../config.js';
import { pageRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { accountPage } from './account-page.js';
import { etagOf, type PageFiles, readPageFiles } from './page-files.js';
import {
  documentHeaders,
  embeddableHeaders,
  fileHeaders,
  standaloneHeaders,
} from './page-headers.js';
import { type ServedText, textReply } from './text-reply.js';
import { refusalPage, widgetPage } from './widget-page.js';

/** Serves a text to everyone. */
function serve(path: Route['path'], served: ServedText): Route {
  const reply = textReply(served);
  return pageRoute(path, async ({ header }) => reply(header));
}

/**
 * Serves the widget. A frame names the origin of its app, and an app that is not listed gets a page
 * that tells it so, because the browser would only show that the frame was refused. The name is not
 * trusted: the widget's own page can be embedded by listed apps only, whatever the name says.
 */
function serveWidget({ APP_ORIGINS }: Config, files: PageFiles, text: string): Route {
  const etag = etagOf(text);
  const widget = textReply({ text, etag, headers: documentHeaders(etag, APP_ORIGINS) });
  const refusalText = refusalPage(files);
  const refusalEtag = etagOf(refusalText);
  const refusal = textReply({
    text: refusalText,
    etag: refusalEtag,
    headers: embeddableHeaders(refusalEtag),
  });
  return pageRoute('/widget/', async ({ header, query: { app } }) => {
    const isUnlisted = typeof app === 'string' && !APP_ORIGINS.includes(app);
    return isUnlisted ? refusal(header) : widget(header);
  });
}

/** Leads a person who typed the address of the service to a page. */
function redirect(path: Route['path'], location: string): Route {
  return pageRoute(path, async () => ({ status: 302, headers: { Location: location } }));
}

/** Tells password managers where passkeys are created and managed (passkey endpoints of the W3C). */
function passkeyEndpointsRoute({ PUBLIC_ORIGIN }: Config): Route {
  const page = `${PUBLIC_ORIGIN}/account`;
  return pageRoute('/.well-known/passkey-endpoints', async () => ({
    status: 200,
    body: { enroll: page, manage: page },
  }));
}

const SECURITY_TXT_LIFETIME_MS = 180 * 86_400_000;

/**
 * Serves the contact for vulnerabilities (RFC 9116). The file must state its expiry, which is 180
 * days after each request.
 */
function securityTxtRoute({ config, clock }: Services, contact: string): Route {
  return pageRoute('/.well-known/security.txt', async () => ({
    status: 200,
    body: [
      `Contact: ${contact}`,
      `Expires: ${new Date(clock() + SECURITY_TXT_LIFETIME_MS).toISOString()}`,
      `Canonical: ${config.PUBLIC_ORIGIN}/.well-known/security.txt`,
      '',
    ].join('\n'),
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  }));
}

/**
 * Returns the routes of the pages. Throws ERR_PAGES_MISSING, because a service without its pages
 * must not start.
 */
export function pageRoutes(services: Services): readonly Route[] {
  const { config } = services;
  const files = readPageFiles();
  const accountText = accountPage(config, files);
  const accountEtag = etagOf(accountText);
  const account = {
    text: accountText,
    etag: accountEtag,
    headers: standaloneHeaders(accountEtag),
  };
  return [
    serveWidget(config, files, widgetPage(config, files)),
    serve('/account', account),
    redirect('/', '/account'),
    redirect('/widget', '/widget/'),
    passkeyEndpointsRoute(config),
    ...(config.SECURITY_CONTACT === undefined
      ? []
      : [securityTxtRoute(services, config.SECURITY_CONTACT)]),
    ...[...files].map(([path, file]) =>
      serve(path, {
        text: file.text,
        etag: file.etag,
        headers: fileHeaders(file),
      }),
    ),
  ];
}
