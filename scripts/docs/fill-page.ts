import { format } from 'oxfmt';

const BLOCK = /(<!-- generated: ([a-z-]+) -->\n)[^]*?(<!-- end -->)/g;

/**
 * Returns a page with each `<!-- generated: NAME -->` part replaced by its block, formatted like
 * the repository's other pages. Throws an Error for a name that is not in `blocks`.
 */
export async function fillPage(
  text: string,
  blocks: Readonly<Record<string, string>>,
): Promise<string> {
  const filled = text.replaceAll(BLOCK, (_whole, begin: string, name: string, end: string) => {
    const block = blocks[name];
    if (block === undefined) throw new Error(`there is no generated part named ${name}`);
    return `${begin}\n${block}\n\n${end}`;
  });
  const { code, errors } = await format('page.md', filled, {
    printWidth: 100,
    singleQuote: true,
    proseWrap: 'always',
  });
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return code;
}
