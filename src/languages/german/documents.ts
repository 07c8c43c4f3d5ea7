import { OVERVIEW } from './account-overview.js';

/** The German texts of the documents before their scripts run. */
export const DOCUMENTS = {
  'Your account': OVERVIEW['Your account'],
  'This page needs JavaScript.': 'Diese Seite braucht JavaScript.',
  'This service does not list the origin of the app in its APP_ORIGINS.':
    'Dieser Dienst führt den Ursprung der App nicht in seinen APP_ORIGINS.',
} as const;
