import { build } from 'esbuild';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** The client as the package `@sealwright/client` has it. */
const CLIENT = `${ROOT}dist/browser/src/client/create-sealwright.js`;

/** Bundles a module that imports packages of this repository into one script for a page. */
export async function bundle(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: 'ts' },
    alias: { '@sealwright/client': CLIENT },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  return outputFiles.map(({ text }) => text).join('');
}
