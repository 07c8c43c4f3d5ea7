/**
 * Tests the commands for dstack's own tool against the arguments that its parser defines. The
 * vector names them, with the commit of the tool from which they were read.
 */
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { rendered, ROOT } from './rendered.js';

type Syntax = {
  readonly arguments: readonly string[];
  readonly required: readonly string[];
  readonly values: Readonly<Record<string, 'text' | 'integer' | 'size'>>;
  readonly flags: readonly string[];
};
const { commands: SYNTAX } = JSON.parse(
  readFileSync(new URL('test/vectors/dstack/vmm-cli.json', ROOT), 'utf8'),
) as { readonly commands: Readonly<Record<string, Syntax>> };

const FORMS = { text: /^[^-].*$/, integer: /^\d+$/, size: /^\d+(?:\.\d+)?(?:[MGT]B?)?$/i };

/** Returns what a parser with this syntax complains about. */
function complaintsAbout(line: string): readonly string[] {
  const [program, command = '', ...words] = line.split(' ');
  const syntax = SYNTAX[command];
  if (program !== './vmm-cli.py' || syntax === undefined) return [`unknown: ${line}`];
  const found: string[] = [];
  const given = new Set<string>();
  let positionals = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const form = syntax.values[word];
    if (form !== undefined) {
      given.add(word);
      at += 1;
      if (!FORMS[form].test(words[at] ?? '')) found.push(`${word} ${words[at] ?? ''}`);
    } else if (word.startsWith('-')) {
      if (!syntax.flags.includes(word)) found.push(word);
    } else positionals += 1;
  }
  if (positionals !== syntax.arguments.length) found.push(`${positionals} arguments`);
  return [...found, ...syntax.required.filter((name) => !given.has(name))];
}

const linesOf = (commands: string): readonly string[] =>
  commands.split('\n').filter((line) => line.startsWith('./'));

test('each command for dstack has the arguments that its tool takes', (t) => {
  const deployments = [
    rendered(),
    rendered({}, { appId: '5e'.repeat(20) }),
    rendered({}, {}, false, 'dstack-vmm', 'postgres'),
  ];
  for (const { commands } of deployments) {
    const lines = linesOf(commands);
    t.is(lines.length, 3);
    t.deepEqual(lines.flatMap(complaintsAbout), []);
  }
});

test('a command with a wrong argument is found', (t) => {
  const start = './vmm-cli.py deploy --name a --image b';
  t.deepEqual(complaintsAbout(`${start} --compose c --vcpu two`), ['--vcpu two']);
  t.deepEqual(complaintsAbout(`${start} --compose c --disk 20X`), ['--disk 20X']);
  t.deepEqual(complaintsAbout(`${start} --public-tcbinfo`), ['--public-tcbinfo', '--compose']);
  t.deepEqual(complaintsAbout('./vmm-cli.py update-app-compose VM_ID'), ['1 arguments']);
});

test('the application keeps its id, and the kill switch comes from a file with the measured names', (t) => {
  const appId = '5e'.repeat(20);
  t.regex(rendered({}, { appId }).commands, new RegExp(`deploy .* --app-id ${appId}`));
  const { commands, policy } = rendered({}, {}, false, 'dstack-vmm', 'postgres');
  const [, said = ''] = /FILE has (.*), in this order/.exec(commands) ?? [];
  t.deepEqual(said.replace('=off', '').split(' and '), policy.application.allowedEnvs);
});
