import type { Config } from '../../config.js';
import type { Language } from '../../languages/language.js';
import { serviceText, PAGE_TABLES } from '../../languages/tables.js';
import { modulesOf } from './page-modules.js';
import { pageDocument, simulatedSetting } from './page-document.js';
import type { PageFiles } from './page-files.js';

/**
 * Returns the document that the frame of an unlisted app gets. It is the only page that any origin
 * may embed.
 */
export const refusalPage = (files: PageFiles, language: Language): string =>
  pageDocument({
    title: 'Sealwright',
    language,
    settings: {},
    styles: [],
    script: '/widget/refuse.js',
    modules: modulesOf(files, '/widget/refuse.js'),
    root: `<p>${serviceText(language, 'This service does not list the origin of the app in its APP_ORIGINS.')}</p>`,
  });

/** Returns the document of the widget. */
export function widgetPage(config: Config, files: PageFiles, language: Language): string {
  return pageDocument({
    title: 'Sealwright',
    language,
    messages: PAGE_TABLES.widget[language],
    settings: {
      'app-origins': config.APP_ORIGINS.join(' '),
      chain: String(config.TINYCLOUD_CHAIN_IDS[0] ?? 1),
      simulated: simulatedSetting(config.DSTACK_SIMULATOR_ENDPOINT),
    },
    styles: ['/pages/tokens.css', '/pages/common.css', '/widget/widget.css'],
    script: '/widget/main.js',
    modules: modulesOf(files, '/widget/main.js'),
    root: '<div id="page"></div>',
  });
}
