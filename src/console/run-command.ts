/**
 * Runs commands with shared rules: `--help`, known options only, a fixed number of arguments, and
 * exit code 64 for wrong usage.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ignoreClosedPipes } from './closed-pipes.js';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The command line of one command. */
export type CommandLine<O extends Options> = {
  /** The whole text of `--help`: usage, options, an example, exit codes. */
  readonly usage: string;
  /** The options in the form of `parseArgs` of node. `help` is added. */
  readonly options: O;
  /** The minimum and the maximum number of arguments besides options. */
  readonly positionals: readonly [number, number];
};

type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>
>;

/** The options and the other arguments of an invocation. */
export type Given<O extends Options> = {
  readonly values: Parsed<O>['values'];
  readonly positionals: readonly string[];
};

/** The part of a process that a command uses to read its arguments and to write its output. */
export type Console = {
  readonly args: readonly string[];
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
};

/** The exit code for wrong usage (EX_USAGE of sysexits.h). */
export const EXIT_USAGE = 64;

/** Thrown for wrong usage. The message states the problem. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs one invocation and returns its exit code. `--help` writes the usage and does nothing else. A
 * UsageError, from the arguments or from `run`, is written with the usage to standard error.
 */
export async function runCommand<const O extends Options>(
  line: CommandLine<O>,
  { args, write, complain }: Console,
  run: (given: Given<O>) => number | Promise<number>,
): Promise<number> {
  try {
    if (asksForHelp(args)) {
      write(line.usage);
      return 0;
    }
    return await run(parseCommandLine(line, args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\n\n${line.usage}`);
    return EXIT_USAGE;
  }
}

/** Returns whether an invocation asks for help. Nothing after `--` is an option. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

/**
 * Parses a command line. Throws UsageError for unknown options, and for too few or too many
 * arguments.
 */
export function parseCommandLine<const O extends Options>(
  { options, positionals: [least, most] }: CommandLine<O>,
  args: readonly string[],
): Given<O> {
  const { values, positionals } = parse(options, args);
  const surplus = positionals[most];
  if (surplus !== undefined)
    throw new UsageError(`Unexpected argument ${JSON.stringify(surplus)}.`);
  if (positionals.length < least) throw new UsageError('An argument is missing.');
  return { values, positionals };
}

function parse<O extends Options>(options: O, args: readonly string[]): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node appends a hint about positional arguments, which does not apply here.
    const [problem = ''] = error.message.split(/\.(?:\s|$)/);
    throw new UsageError(`${problem}.`);
  }
}

/** Returns the console of this process, which goes on when the reader of its output is gone. */
export function processConsole({ argv, stdout, stderr }: NodeJS.Process): Console {
  ignoreClosedPipes({ stdout, stderr });
  return {
    args: argv.slice(2),
    write: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
  };
}
