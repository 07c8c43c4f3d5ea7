/**
 * Serves the pages and the module for apps from a fixed list. The content does not depend on the
 * caller.
 */
import type { Config } from '../../config.js';
import { languageOf, type Language } from '../../languages/language.js';
import { pageRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { accountPage } from './account-page.js';
import { etagOf, type PageFiles, readPageFiles } from './page-files.js';
import {
  documentHeaders,
  embeddableHeaders,
  fileHeaders,
  type PageHeaders,
  standaloneHeaders,
} from './page-headers.js';
import { type ServedText, type ServeText, textReply } from './text-reply.js';
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
function serveWidget(config: Config, files: PageFiles): Route {
  const { APP_ORIGINS } = config;
  const widget = inLanguages(
    (language) => widgetPage(config, files, language),
    (etag) => documentHeaders(etag, APP_ORIGINS),
  );
  const refusal = inLanguages((language) => refusalPage(files, language), embeddableHeaders);
  return pageRoute('/widget/', async ({ header, query: { app } }) => {
    const isUnlisted = typeof app === 'string' && !APP_ORIGINS.includes(app);
    return isUnlisted ? refusal(header) : widget(header);
  });
}

/** Prepares a document in each language, and answers with the one that the browser prefers. */
function inLanguages(
  documentIn: (language: Language) => string,
  headersOf: (etag: string) => PageHeaders,
): ServeText {
  const prepare = (language: Language): ServeText => {
    const text = documentIn(language);
    const etag = etagOf(text);
    const headers = {
      ...headersOf(etag),
      'Content-Language': language,
      Vary: 'Accept-Language',
    };
    return textReply({ text, etag, headers });
  };
  const replies = { en: prepare('en'), de: prepare('de') } satisfies Record<Language, ServeText>;
  return (header) => replies[languageOf(header)](header);
}

/** Leads a person who typed the address of the service to a page. */
function redirect(path: Route['path'], location: string): Route {
  return pageRoute(path, async () => ({ status: 302, headers: { Location: location } }));
}

/**
 * Tells password managers where passkeys are created and managed (passkey endpoints of the W3C).
 */
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
  const account = inLanguages(
    (language) => accountPage(config, files, language),
    standaloneHeaders,
  );
  return [
    serveWidget(config, files),
    pageRoute('/account', async ({ header }) => account(header)),
    redirect('/', '/account'),
    redirect('/account/', '/account'),
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
