/**
 * Composes the browsable reference of the API. It is generated from the route table, like
 * `/openapi.json`, and works without a script.
 */
import { TAGS } from '../../api/endpoint.js';
import { problem } from '../../api/problem.js';
import { Components } from '../openapi/components.js';
import { type ContractRoute, openApiPathOf } from '../openapi/describe-route.js';
import { pageDocument } from '../pages/page-document.js';
import { html, type Markup } from '../pages/markup.js';
import { operationMarkup } from './operation-markup.js';
import { anchorOf, typeMarkup } from './schema-markup.js';

type Group = {
  readonly tag: string;
  readonly meaning: string;
  readonly routes: readonly ContractRoute[];
};

/** Returns the HTML document of the reference. `origin` is the public origin of the service. */
export function referencePage(routes: readonly ContractRoute[], origin: string): string {
  const components = new Components();
  components.schemaOf(problem, 'output');
  const groups = Object.entries(TAGS)
    .map(([tag, meaning]) => ({
      tag,
      meaning,
      routes: routes.filter(({ endpoint }) => endpoint.tag === tag),
    }))
    .filter((group) => group.routes.length > 0);
  const sections = groups.map((group) => groupMarkup(group, components, origin));
  return pageDocument({
    title: 'HTTP API · Sealwright',
    settings: {},
    styles: ['/pages/tokens.css', '/pages/common.css', '/pages/base.css', '/pages/reference.css'],
    root: html`<header class="top">
        <span class="brand"
          ><img class="seal-mark" src="/pages/favicon.svg" alt="" /> Sealwright</span
        >
        <span class="quiet">HTTP API</span>
      </header>
      <div class="reference">
        ${navigation(groups)}
        <main id="main">
          <h1>HTTP API</h1>
          <p>
            JSON over HTTPS. Programs read the same description, in the form of OpenAPI 3.1, at
            <a href="/openapi.json"><code>/openapi.json</code></a
            >. A response that is not a success is a <a href="#${anchorOf('Problem')}">problem</a>:
            match on its <code>code</code>.
          </p>
          ${sections}${schemasMarkup(components)}
        </main>
      </div>`.toString(),
  });
}

const navigation = (groups: readonly Group[]): Markup =>
  html`<nav aria-label="Operations">
    ${groups.map(
      ({ tag, routes }) =>
        html`<h2>${titleOf(tag)}</h2>
          <ul>
            ${routes.map(
              ({ endpoint: { id, method, path } }) =>
                html`<li>
                  <a href="#${id}"><span class="method">${method}</span> ${openApiPathOf(path)}</a>
                </li> `,
            )}
          </ul> `,
    )}
    <h2><a href="#schemas">Schemas</a></h2>
  </nav> `;

const titleOf = (tag: string): string =>
  `${tag.charAt(0).toUpperCase()}${tag.slice(1).replaceAll('-', ' ')}`;

const groupMarkup = (
  { tag, meaning, routes }: Group,
  components: Components,
  origin: string,
): Markup =>
  html`<section id="group-${tag}" aria-labelledby="group-${tag}-title">
    <h2 id="group-${tag}-title">${titleOf(tag)}</h2>
    <p>${meaning}</p>
    ${routes.map((route) => operationMarkup(route, components, origin))}
  </section> `;

const schemasMarkup = (components: Components): Markup =>
  html`<section id="schemas" aria-labelledby="schemas-title">
    <h2 id="schemas-title">Schemas</h2>
    <p>A member with a question mark may be absent.</p>
    ${Object.entries(components.all()).map(
      ([name, schema]) =>
        html`<article
          class="schema"
          id="${anchorOf(name)}"
          aria-labelledby="${anchorOf(name)}-title"
        >
          <h3 id="${anchorOf(name)}-title">${name}</h3>
          ${typeof schema['description'] === 'string' ? html`<p>${schema['description']}</p> ` : ''}
          <pre class="type" tabindex="0">${typeMarkup(schema)}</pre>
        </article> `,
    )}
  </section> `;
