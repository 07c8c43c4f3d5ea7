/** Describes one operation of the API for a reader: who may call it, what it takes and returns. */
import { SUCCESS_STATUSES } from '../../api/endpoint.js';
import { ERROR_TABLE } from '../../error-table.js';
import { declaredCodes } from '../declared-codes.js';
import type { Components, JsonSchema } from '../openapi/components.js';
import { type ContractRoute, openApiPathOf } from '../openapi/describe-route.js';
import type { Route } from '../route.js';
import { curlFor } from './curl-example.js';
import { html, type Markup, withCode } from '../pages/markup.js';
import { nameOf, schemaLink, typeMarkup } from './schema-markup.js';

/** Returns the section of an operation. `origin` is the public origin of the service. */
export function operationMarkup(
  route: ContractRoute,
  components: Components,
  origin: string,
): Markup {
  const { id, method, path, summary, request } = route.endpoint;
  const body = request === undefined ? undefined : components.schemaOf(request, 'input');
  return html`<article class="operation" id="${id}" aria-labelledby="${id}-title">
    <h3 id="${id}-title">
      <span class="method">${method}</span> <code>${openApiPathOf(path)}</code>
    </h3>
    <p>${withCode(summary)}.</p>
    <p class="quiet">${sessionSentence(route)}</p>
    ${queryMarkup(route, components)}${body === undefined ? '' : bodyMarkup(body, components)}${repliesMarkup(route, components)}${problemsMarkup(route)}${curlMarkup(route, components, origin)}
  </article> `;
}

const FRESHNESS = {
  any: '',
  recent: ' The person used a wallet or a passkey of the account within the last five minutes.',
  'recent-or-recovered':
    ' The person used a wallet, a passkey or a recovery code of the account within the last five minutes.',
} as const;

/** Returns who may call a route, in a sentence. */
function sessionSentence({ auth, needs }: Route): string {
  if (auth === 'none') return 'Anyone may call it.';
  if (auth === 'optional') return 'Anyone may call it; a session changes the answer.';
  const who =
    needs?.transport === 'browser'
      ? 'Requires the session of a browser, on a page of this service.'
      : 'Requires a session: the bearer token of a program, or the cookie of a browser.';
  return `${who}${FRESHNESS[needs?.freshness ?? 'any']}`;
}

function queryMarkup({ endpoint: { query } }: ContractRoute, components: Components): Markup {
  if (query === undefined) return html``;
  return html`<h4>Query</h4>
    <pre class="type" tabindex="0">${typeMarkup(components.schemaOf(query, 'input'))}</pre> `;
}

const bodyMarkup = (schema: JsonSchema, components: Components): Markup =>
  html`<h4>Body</h4>
    ${expanded(schema, components)}`;

/** Writes a schema with its members, even if it has a name. */
function expanded(schema: JsonSchema, components: Components): Markup {
  const name = nameOf(schema);
  const definition = name === undefined ? schema : components.named(name);
  const title = name === undefined ? html`` : html`${schemaLink(name)} `;
  return html`<pre class="type" tabindex="0">${title}${typeMarkup(definition)}</pre> `;
}

function repliesMarkup({ endpoint }: ContractRoute, components: Components): Markup {
  const { replies, stream } = endpoint;
  const bodies = SUCCESS_STATUSES.flatMap((status) => {
    const schema = replies[status];
    if (schema === undefined) return [];
    const body =
      schema === null
        ? html`<p class="quiet">The reply has no body.</p>`
        : expanded(components.schemaOf(schema, 'output'), components);
    return [
      html`<h4>${status}</h4>
        ${body}`,
    ];
  });
  if (stream === undefined) return html`${bodies}`;
  const item = components.schemaOf(stream.item, 'output');
  return html`${bodies}
    <h4>200, <code>${stream.mediaType}</code></h4>
    <p class="quiet">The reply is a stream. Each item is:</p>
    ${expanded(item, components)}`;
}

function problemsMarkup(route: ContractRoute): Markup {
  const codes = [...declaredCodes(route)].toSorted(
    (a, b) => ERROR_TABLE[a].status - ERROR_TABLE[b].status || a.localeCompare(b),
  );
  const rows = codes.map(
    (code) =>
      html`<tr>
        <td>${ERROR_TABLE[code].status}</td>
        <td><code>${code}</code></td>
        <td>${ERROR_TABLE[code].sentence}</td>
      </tr> `,
  );
  return html`<details class="fold">
    <summary>${codes.length} problem codes</summary>
    <table>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Code</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </details> `;
}

function curlMarkup(route: ContractRoute, components: Components, origin: string): Markup {
  if (route.needs?.transport === 'browser') return html``;
  return html`<details class="fold">
    <summary>Try it</summary>
    <pre class="type" tabindex="0">${curlFor(route, components, origin)}</pre>
  </details> `;
}
