/** The document of the account page. It depends on nobody who asks; what it must know of the deployment is in a meta element. */
import type { Config } from '../../config.js';

export function accountPage(config: Config): string {
  const isSimulated = config.DSTACK_SIMULATOR_ENDPOINT !== undefined;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Your account · Sealwright</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="sealwright:simulated" content="${isSimulated ? 'yes' : 'no'}">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/widget/style.css">
<link rel="stylesheet" href="/widget/account/account.css">
<script type="module" src="/widget/account/main.js"></script>
</head>
<body>
<div id="account"></div>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`;
}
