import type { Config } from '../../config.js';
import type { Language } from '../../languages/language.js';
import { serviceText, PAGE_TABLES } from '../../languages/tables.js';
import { pageDocument, simulatedSetting } from './page-document.js';
import type { PageFiles } from './page-files.js';
import { modulesOf } from './page-modules.js';

/** What the page shows until its script has run: the header, the heading, and gray lines. */
const skeleton = (language: Language): string => `<div id="account">
<header class="top"><span class="brand"><img class="seal-mark" src="/pages/favicon.svg" alt="">Sealwright</span></header>
<main id="main">
<section class="screen" aria-busy="true"><div class="head"><h1>${serviceText(language, 'Your account')}</h1></div>
<div class="card skeleton"><i></i><i></i><i></i></div>
<div class="card skeleton"><i></i><i></i><i></i></div></section>
</main>
</div>`;

/** Returns the document of the account page. */
export function accountPage(config: Config, files: PageFiles, language: Language): string {
  return pageDocument({
    title: `${serviceText(language, 'Your account')} · Sealwright`,
    language,
    messages: PAGE_TABLES.account[language],
    settings: {
      simulated: simulatedSetting(config.DSTACK_SIMULATOR_ENDPOINT),
      node: new URL(config.TINYCLOUD_BOOTSTRAP_HOST).host,
    },
    styles: [
      '/pages/tokens.css',
      '/pages/common.css',
      '/pages/base.css',
      '/account-page/account.css',
    ],
    script: '/account-page/main.js',
    modules: modulesOf(files, '/account-page/main.js'),
    data: ['/api/account'],
    root: skeleton(language),
  });
}
