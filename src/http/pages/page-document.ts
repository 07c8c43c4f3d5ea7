/**
 * Composes the document of a page. It contains only its parts and, in meta elements, the settings
 * of the deployment.
 */
import type { Language } from '../../languages/language.js';
import type { Table } from '../../languages/message.js';
import { serviceText } from '../../languages/tables.js';
import { escapeHtml } from './markup.js';

/** What a page consists of. */
export type PageParts = {
  readonly title: string;
  readonly language?: Language;
  /** The messages that the script shows, unless they are English. */
  readonly messages?: Table;
  /** Values by the name of the setting. */
  readonly settings: Readonly<Record<string, string>>;
  /** Paths, in cascade order. */
  readonly styles: readonly string[];
  /** The path of the script that fills the root; a page without one is complete as it is. */
  readonly script?: string;
  /** Paths of the modules that the script imports, so that the browser loads them all at once. */
  readonly modules?: readonly string[];
  /** Paths of the replies that the script asks for first, so that they arrive with the script. */
  readonly data?: readonly string[];
  /** The content of the body. A script fills it, and it shows something until then. */
  readonly root: string;
};

/** Returns the HTML document of a page. */
export function pageDocument({
  title,
  language = 'en',
  messages = {},
  settings,
  styles,
  script,
  modules = [],
  data = [],
  root,
}: PageParts): string {
  const metas = Object.entries(settings).map(
    ([name, content]) => `<meta name="sealwright:${name}" content="${escapeHtml(content)}">\n`,
  );
  const links = styles.map((path) => `<link rel="stylesheet" href="${path}">\n`);
  const replies = data.map(
    (path) => `<link rel="preload" as="fetch" crossorigin href="${path}">\n`,
  );
  const preloads = modules.map((path) => `<link rel="modulepreload" href="${path}">\n`);
  const start = script === undefined ? '' : `<script type="module" src="${script}"></script>\n`;
  const without =
    script === undefined
      ? ''
      : `<noscript>${escapeHtml(serviceText(language, 'This page needs JavaScript.'))}</noscript>\n`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${metas.join('')}<link rel="icon" href="/pages/favicon.svg" type="image/svg+xml">
${replies.join('')}${links.join('')}${preloads.join('')}${dataBlock(messages)}${start}</head>
<body>
${root}
${without}</body>
</html>
`;
}

/**
 * Returns the element from which the script reads its messages. It is no script: a browser runs no
 * element of this type.
 */
const dataBlock = (messages: Table): string =>
  Object.keys(messages).length === 0
    ? ''
    : `<script type="application/json" id="messages">${JSON.stringify(messages).replaceAll('<', String.raw`\u003c`)}</script>\n`;

/** Returns the setting that tells a page whether the enclave is simulated. */
export const simulatedSetting = (endpoint: string | undefined): string =>
  endpoint === undefined ? 'no' : 'yes';
