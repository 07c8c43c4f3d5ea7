/** The document of a page: empty but for its parts, and for what it must know of the deployment, in meta elements. */

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

export type PageParts = {
  readonly title: string;
  /** By the name of the setting. */
  readonly settings: Readonly<Record<string, string>>;
  /** Paths, in the order in which they count. */
  readonly styles: readonly string[];
  readonly script: string;
  /** Id of the element that the script fills. */
  readonly root: string;
};

export function pageDocument({ title, settings, styles, script, root }: PageParts): string {
  const metas = Object.entries(settings).map(
    ([name, content]) => `<meta name="sealwright:${name}" content="${escape(content)}">\n`,
  );
  const links = styles.map((path) => `<link rel="stylesheet" href="${path}">\n`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${metas.join('')}<link rel="icon" href="data:,">
${links.join('')}<script type="module" src="${script}"></script>
</head>
<body>
<div id="${root}"></div>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`;
}

/** Whether the enclave is a simulated one, as a setting of a page. */
export const simulatedSetting = (endpoint: string | undefined): string =>
  endpoint === undefined ? 'no' : 'yes';
