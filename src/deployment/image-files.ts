import { readdirSync } from 'node:fs';
import { importClosureOf } from './import-closure.js';
import { packageClosureOf } from './package-closure.js';

/** The programs that run in the image. */
export const IMAGE_PROGRAMS = ['dist/src/main.js', 'dist/scripts/health-check.js'] as const;

// What the service reads besides modules: the browser modules, and the origin of the source.
const BROWSER_MODULES = 'dist/browser/src/';
const OTHER_FILES = [
  'LICENSE',
  'dist/source.json',
  'package.json',
  'src/account-page/account.css',
  'src/pages/base.css',
  'src/pages/common.css',
  'src/pages/favicon.svg',
  'src/pages/reference.css',
  'src/pages/tokens.css',
  'src/widget/widget.css',
];

/** Returns the paths below `root` of all files in the image besides packages, sorted. */
export function imageFiles(root: URL): readonly string[] {
  const pages = readdirSync(new URL(BROWSER_MODULES, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .map((path) => `${BROWSER_MODULES}${path}`);
  const { modules } = importClosureOf(root, IMAGE_PROGRAMS);
  return [...OTHER_FILES, ...pages, ...modules].toSorted();
}

/**
 * Returns the folders below `root` of the packages that the programs of the image import, with
 * their dependencies, sorted.
 */
export const imagePackages = (root: URL): readonly string[] =>
  packageClosureOf(root, importClosureOf(root, IMAGE_PROGRAMS).packages);
