import { parseArgs } from 'node:util';
import { UsageError } from '../../console/run-command.js';

/** The text of `--help`. */
export const USAGE = `Usage: npm run sign-in -- --node URL [options]

Signs in to a TinyCloud node with your own key and sets up its account: five spaces, two SQL schemas, the records and an
encryption network. If the account already exists, this takes three requests.

  --node URL        the node's origin (https, or http on loopback)
  --key-file PATH   file with the private key, 64 hex digits, readable only by you (0600)
  --interactive     act as a signer that prompts for each signature: sign in without setting up the account
  --chain N         chain id of the account (default: 1)
  --domain HOST     domain of the signed requests (default: localhost)
  --node-did DID    the node's identity (default: the identity at the first contact)
  --state DIR       where unfinished runs are kept (default: $XDG_STATE_HOME/sealwright or ~/.local/state/sealwright)
  --out FILE        write the session, which is a secret, to this file (0600)
  --timeout S       maximum time for the account, in seconds (default: 60)
  --json            print the result as one line of JSON on standard output, and progress on standard error
                    (npm prints additional lines unless it is run with --silent)
  --help            print this text

The key is read from --key-file, the variable SEALWRIGHT_LOCAL_KEY or a prompt, in this order; never from an argument.
The next run completes an interrupted one, with exactly the same requests.

Example: npm run sign-in -- --node https://node.tinycloud.xyz --key-file my.key
Exit codes: 0 signed in, and the account is complete or was not touched
            1 not signed in
            3 signed in, but the account is not complete (the reason is printed; run it again)
           64 wrong usage
          130 interrupted, perhaps after the sign-in; run it again
`;

/** The parsed arguments. */
export type Arguments = {
  readonly node: string;
  readonly keyFile?: string;
  readonly interactive: boolean;
  readonly chainId: number;
  readonly domain: string;
  readonly nodeDid?: string;
  readonly stateDirectory?: string;
  readonly out?: string;
  readonly timeoutMs: number;
  readonly json: boolean;
};

const OPTIONS = {
  node: { type: 'string' },
  'key-file': { type: 'string' },
  interactive: { type: 'boolean', default: false },
  chain: { type: 'string', default: '1' },
  domain: { type: 'string', default: 'localhost' },
  'node-did': { type: 'string' },
  state: { type: 'string' },
  out: { type: 'string' },
  timeout: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

// 32 bytes in hex, or the words of a seed phrase. As an argument they are already in the history of
// a shell.
const LOOKS_LIKE_KEY =
  /(?<![0-9a-fA-F])(?:0x)?[0-9a-fA-F]{64}(?![0-9a-fA-F])|^(?:[a-z]+\s+){11,}[a-z]+$/;

/**
 * Parses the arguments. Returns undefined for `--help`. Throws a UsageError that never repeats an
 * argument, because an argument may be a key.
 */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  if (args.some((argument) => LOOKS_LIKE_KEY.test(argument.trim()))) {
    throw new UsageError(
      'An argument looks like a private key. Pass keys with --key-file, SEALWRIGHT_LOCAL_KEY or the prompt. ' +
        'This one is in the history of your shell and was visible to every process: do not use it again.',
    );
  }
  const { values } = parse(args);
  if (values.help) return undefined;
  if (values.node === undefined) throw new UsageError('--node is required.');
  return {
    node: values.node,
    interactive: values.interactive,
    chainId: wholeNumber('--chain', values.chain, Number.MAX_SAFE_INTEGER),
    domain: values.domain,
    timeoutMs: 1_000 * wholeNumber('--timeout', values.timeout, 3_600),
    json: values.json,
    ...(values['key-file'] === undefined ? {} : { keyFile: values['key-file'] }),
    ...(values['node-did'] === undefined ? {} : { nodeDid: values['node-did'] }),
    ...(values.state === undefined ? {} : { stateDirectory: values.state }),
    ...(values.out === undefined ? {} : { out: values.out }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(
      code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
        ? 'An option is unknown.'
        : 'An argument is unexpected, or an option has no value.',
    );
  }
}

function wholeNumber(flag: string, text: string, most: number): number {
  const value = /^[1-9][0-9]*$/.test(text) ? Number(text) : Infinity;
  if (value > most) throw new UsageError(`${flag} takes a whole number.`);
  return value;
}
