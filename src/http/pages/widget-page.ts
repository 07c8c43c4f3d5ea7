/** The document of the widget. Its text is in the screens; what it must know of the deployment is in its meta elements. */
import type { Config } from '../../config.js';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const meta = (name: string, content: string): string =>
  `<meta name="sealwright:${name}" content="${escape(content)}">`;

export function widgetPage(config: Config): string {
  const isSimulated = config.DSTACK_SIMULATOR_ENDPOINT !== undefined;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Sealwright</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${meta('app-origins', config.APP_ORIGINS.join(' '))}
${meta('chain', String(config.TINYCLOUD_CHAIN_IDS[0] ?? 1))}
${meta('simulated', isSimulated ? 'yes' : 'no')}
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/widget/style.css">
<script type="module" src="/widget/main.js"></script>
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`;
}
