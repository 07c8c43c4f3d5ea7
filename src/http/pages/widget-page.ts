import type { Config } from '../../config.js';
import { pageDocument, simulatedSetting } from './page-document.js';

/** Returns the document of the widget. */
export function widgetPage(config: Config): string {
  return pageDocument({
    title: 'Sealwright',
    settings: {
      'app-origins': config.APP_ORIGINS.join(' '),
      chain: String(config.TINYCLOUD_CHAIN_IDS[0] ?? 1),
      simulated: simulatedSetting(config.DSTACK_SIMULATOR_ENDPOINT),
    },
    styles: ['/pages/tokens.css', '/widget/widget.css'],
    script: '/widget/main.js',
    root: 'page',
  });
}
