/**
 * The `test` of every test file.
 *
 * ava runs two files at once, each in a process of its own. Inside a file the tests run one after another: many of them start
 * a service with its stand-ins or a browser, and a dozen of those at once would measure the machine instead of the code. ava's
 * own `serial` option would do the same inside a file, but it also stops running files side by side.
 */
import anyTest from 'ava';

export const test = anyTest.serial;
