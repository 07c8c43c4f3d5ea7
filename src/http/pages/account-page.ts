import type { Config } from '../../config.js';
import { pageDocument, simulatedSetting } from './page-document.js';

/** Returns the document of the account page. */
export function accountPage(config: Config): string {
  return pageDocument({
    title: 'Your account · Sealwright',
    settings: { simulated: simulatedSetting(config.DSTACK_SIMULATOR_ENDPOINT) },
    styles: ['/pages/style.css', '/account-page/account.css'],
    script: '/account-page/main.js',
    root: 'account',
  });
}
