/**
 * The `test` of every test file.
 *
 * ava runs several files at once, each in a process of its own. Threads of one process would share
 * their sockets with every program that any of them starts, until that program is loaded, so a port
 * could stay in use after its server was closed.
 *
 * Inside a file the tests run one after another: many of them start a service with its stand-ins or
 * a browser, and a dozen of those at once would measure the machine instead of the code. ava's own
 * `serial` option would do the same inside a file, but it also stops running files side by side.
 */
import anyTest, { type ExecutionContext } from 'ava';
import { rejectReusedPorts } from './reused-ports.js';

type Implementation = (t: ExecutionContext) => void | PromiseLike<void>;

const { serial } = anyTest;

rejectReusedPorts();

const FILE = /\/test\/([\w/-]+)\.test\.[jt]s/;
const IS_SUITE = !FILE.test(anyTest.meta.file);

/** In a suite, the title begins with the path of the file that declares the test. */
function inItsFile(title: string): string {
  if (!IS_SUITE) return title;
  const { stack = '' } = new Error('Its stack names the file that is being loaded.');
  return `${FILE.exec(stack)?.[1] ?? ''} › ${title}`;
}

export const test = Object.assign(
  (title: string, implementation: Implementation): void => serial(inItsFile(title), implementation),
  {
    before: serial.before,
    after: serial.after,
    skip: (title: string, implementation: Implementation): void =>
      serial.skip(inItsFile(title), implementation),
  },
);
