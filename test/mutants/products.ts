/**
 * Faults in what each product gives out: commands, packages, the image, and how a start is refused.
 */
import type { Mutant } from './mutant.js';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'surplus-argument',
    file: 'src/console/run-command.ts',
    from: 'if (surplus !== undefined)',
    to: 'if (false)',
    killedBy:
      'test/commands.test.ts: dist/scripts/report-schema.js explains itself, refuses what it does not know, and writes nothing',
  },
  {
    id: 'mode-problems-hidden',
    file: 'src/config.ts',
    from: 'parsed.data ?? readable(settings, malformed)',
    to: 'parsed.data ?? {}',
    killedBy:
      'test/config.test.ts: problems of single settings and of the mode are reported together, each once',
  },
  {
    id: 'malformed-mode-guessed',
    file: 'src/config.ts',
    from: "malformed.has('SEALWRIGHT_MODE') || ",
    to: '',
    killedBy:
      'test/config.test.ts: where the mode itself is malformed, nothing is said of what it requires',
  },
  {
    id: 'image-optional-peers',
    file: 'src/deployment/package-closure.ts',
    from: 'peers.filter((name) => !isOptional(name))',
    to: 'peers.filter((name) => name === "viem" || !isOptional(name))',
    killedBy:
      'test/deployment/import-closure.test.ts: the image contains no package that only the verifier, the client or tests need',
  },
  {
    id: 'closure-without-dynamic-imports',
    file: 'src/deployment/import-closure.ts',
    from: '|\\bimport\\()',
    to: ')',
    killedBy:
      'test/deployment/import-closure.test.ts: the service depends on exactly the packages that it imports',
  },
  {
    id: 'deadline-ignored',
    file: 'src/runtime/within-deadline.ts',
    from: '[work, deadline.then(late)]',
    to: '[work]',
    killedBy:
      'test/runtime/within-deadline.test.ts: at the deadline, `late` decides by what it returns or throws',
  },
  {
    id: 'key-surface-unconfirmed',
    file: 'src/adapters/dstack-enclave.ts',
    from: 'if (!isSurfaceConfirmed) {',
    to: 'if (Number.isNaN(deadlineMs)) {',
    killedBy:
      'test/adapters/dstack-key-surface.test.ts: the first key that the enclave returns is confirmed',
  },
];
