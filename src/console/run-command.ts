/** What all commands have in common: `--help`, options that are known, a number of arguments, and 64 for wrong usage. */
import { parseArgs, type ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The command line of one command. */
export type CommandLine<O extends Options> = {
  /** The whole text of `--help`: usage, options, an example, exit codes. */
  readonly usage: string;
  /** As `parseArgs` of node takes them; `help` is added. */
  readonly options: O;
  /** The least and the greatest number of arguments besides options. */
  readonly positionals: readonly [number, number];
};

type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>
>;

/** The options of an invocation and its arguments besides them. */
export type Given<O extends Options> = {
  readonly values: Parsed<O>['values'];
  readonly positionals: readonly string[];
};

/** The part of a process that a command uses to take its arguments and to answer. */
export type Console = {
  readonly args: readonly string[];
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
};

/** The exit code of an invocation that is not understood (EX_USAGE of sysexits.h). */
export const EXIT_USAGE = 64;

/** Thrown for an invocation that is not understood; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs one invocation and returns its exit code. `--help` writes the usage and does nothing else. A UsageError, of the arguments or of
 * `run`, is written with the usage to standard error.
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

/** After `--` nothing is an option. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

/** Throws a UsageError for options that are not known, and for too few or too many arguments. */
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
    // The hint about positional arguments that node adds does not help here.
    const [problem = ''] = error.message.split(/\.(?:\s|$)/);
    throw new UsageError(`${problem}.`);
  }
}

/** The console of this process. */
export const processConsole = ({ argv, stdout, stderr }: NodeJS.Process): Console => ({
  args: argv.slice(2),
  write: (text) => void stdout.write(text),
  complain: (text) => void stderr.write(text),
});
