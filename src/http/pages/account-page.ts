import type { Config } from '../../config.js';
import { pageDocument, simulatedSetting } from './page-document.js';

/** The document of the account page. */
export function accountPage(config: Config): string {
  return pageDocument({
    title: 'Your account · Sealwright',
    settings: { simulated: simulatedSetting(config.DSTACK_SIMULATOR_ENDPOINT) },
    styles: ['/widget/style.css', '/widget/account/account.css'],
    script: '/widget/account/main.js',
    root: 'account',
  });
}
