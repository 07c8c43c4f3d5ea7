/**
 * Thousands of single-byte changes of evidence that is accepted as it is: each is rejected, or is
 * one that the list of harmless changes explains, and then everything that was verified is the
 * same. CI tries a sixth of them with a fixed seed; `npm run test:full` tries all, with another
 * seed each time. SEED=… in the environment tries one seed again.
 */
import { randomInt } from 'node:crypto';
import { IS_FULL } from '../sample.js';
import { test } from '../test.js';
import {
  askSecondOpinion,
  type OpinionQuestion,
} from '../../attestation/evidence/second-opinion.js';
import type { CheckResult } from '../../attestation/check.js';
import type { Report } from '../../attestation/report.js';
import { audit, auditedWorld, notPassed } from './audit.js';
import { explainHarmless } from './harmless-changes.js';
import {
  createRandom,
  mutateDecoded,
  mutateRaw,
  TARGETS,
  type Evidence,
  type Mutant,
  type Random,
} from './mutators.js';
import type { WorldOptions } from '../scenarios/world.js';

const SEED = Number(process.env['SEED'] ?? (IS_FULL ? randomInt(2 ** 32) : 20_260_301));
/** For each form and each subject. */
const MUTANTS_A_TARGET = IS_FULL ? 144 : 24;
const LEAST_MUTANTS = IS_FULL ? 4_000 : 650;

type Subject = Evidence & { readonly nonce: string; readonly atMs: number };

async function subjectOf(options: WorldOptions): Promise<Subject> {
  const { world, text, nonce } = await auditedWorld(options);
  try {
    const person = await world.person();
    await world.sign(person);
    await world.untilComplete(person);
    const path = `/api/keys/${person.keyId}/bootstrap/receipt`;
    const { body } = await world.call('GET', path, { token: person.token });
    return { bundle: text, receipt: String(body['receipt']), nonce, atMs: Date.now() };
  } finally {
    await world.close();
  }
}

/** dcap-qvl reads no clock, so its answer to an identical question is cached. */
function rememberOpinions(): (question: OpinionQuestion) => CheckResult {
  const known = new Map<string, CheckResult>();
  return (question) => {
    const { trustedRoot, quoteBytes, ...rest } = question;
    const quote = Buffer.from(quoteBytes).toString('base64');
    const key = JSON.stringify([rest, quote, trustedRoot.fingerprint256]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const opinion = askSecondOpinion(question);
    known.set(key, opinion);
    return opinion;
  };
}

const judgeWith =
  ({ nonce, atMs, receipt: original }: Subject) =>
  ({ bundle, receipt }: Evidence, opinion = askSecondOpinion): Report => {
    // An unchanged receipt would be the slowest part of each report.
    const asked = receipt === original ? {} : { receipt };
    return audit(bundle, { nonce, atMs, askSecondOpinion: opinion, ...asked });
  };

type Tally = { readonly accepted: Map<string, number>; mutants: number };

/** Returns a report, or the error that was thrown, which must not happen for any bytes. */
function tryTo(judge: () => Report): Report | Error {
  try {
    return judge();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Returns why an accepted mutant is harmful, or undefined for a rejected one. */
function findHole(
  subject: Subject,
  mutant: Mutant,
  good: Report,
  report: Report | Error,
  tally: Tally,
): string | undefined {
  tally.mutants += 1;
  if (report instanceof Error) return `threw ${report.stack ?? report.message}`;
  if (report.verdict === 'rejected') {
    return notPassed(report).length > 0 ? undefined : 'rejected for no check';
  }
  if (mutant.receipt !== subject.receipt) return 'a changed receipt was accepted';
  const entry = explainHarmless(subject.bundle, mutant.bundle);
  if (entry === undefined) return 'accepted, and no entry of the list explains it';
  if (report.facts_digest !== good.facts_digest) return `accepted as ${entry} with other facts`;
  tally.accepted.set(entry, (tally.accepted.get(entry) ?? 0) + 1);
  return undefined;
}

const SUBJECTS: Readonly<Record<string, WorldOptions>> = {
  'a version 4 quote and a full log': {},
  'a version 5 quote, a full log without digests, in form 2': {
    agent: { quoteVersion: '5-td15', emptyDigests: true, digestForm: 2 },
  },
};

/** What all tests of a subject share. */
type Prepared = {
  readonly subject: Subject;
  /** The same document with white space. */
  readonly spaced: Subject;
  readonly good: Report;
  readonly judge: (mutant: Evidence) => Report;
  readonly tally: Tally;
};

async function prepare(options: WorldOptions): Promise<Prepared> {
  const subject = await subjectOf(options);
  const opinion = rememberOpinions();
  const judge = judgeWith(subject);
  const bundle = JSON.stringify(JSON.parse(subject.bundle), undefined, 2);
  return {
    subject,
    spaced: { ...subject, bundle },
    good: judge(subject),
    judge: (mutant) => judge(mutant, opinion),
    tally: { accepted: new Map(), mutants: 0 },
  };
}

/** Tries one change in each form, and returns the problem with the verdict, if any. */
function tryBoth(prepared: Prepared, what: string, at: number, random: Random): string | undefined {
  const { subject, spaced, good, judge, tally } = prepared;
  const everywhere = at % 8 === 7 && what !== 'receipt' ? 'document' : what;
  const mutants = [
    mutateDecoded(subject, what, random),
    mutateRaw(at % 2 === 0 ? subject : spaced, everywhere, random),
  ];
  for (const mutant of mutants) {
    const report = tryTo(() => judge(mutant));
    const hole = findHole(subject, mutant, good, report, tally);
    if (hole !== undefined) return `${hole}: ${mutant.what}, ${mutant.form}, byte ${mutant.offset}`;
  }
  return undefined;
}

for (const [index, [name, options]] of Object.entries(SUBJECTS).entries()) {
  let prepared: Prepared | undefined;

  test.before(`the unchanged evidence is accepted: ${name}`, async (t) => {
    prepared = await prepare(options);
    const { subject } = prepared;
    t.deepEqual(notPassed(audit(subject.bundle, { ...subject, receipt: subject.receipt })), []);
  });

  for (const [target, what] of TARGETS.entries()) {
    test(`a changed byte of ${what} is accepted only where it is harmless: ${name}`, (t) => {
      if (prepared === undefined) throw new Error('nothing to change');
      const random = createRandom(SEED + 100 * index + target);
      for (let at = 0; at < MUTANTS_A_TARGET; at += 1) {
        const hole = tryBoth(prepared, what, at, random);
        if (hole !== undefined) t.fail(`SEED=${SEED}: ${hole}`);
      }
      t.true(prepared.tally.mutants >= 2 * MUTANTS_A_TARGET);
    });
  }

  test.after(`accepted changes are counted: ${name}`, (t) => {
    const { accepted, mutants } = prepared?.tally ?? { accepted: new Map(), mutants: 0 };
    t.true(mutants >= LEAST_MUTANTS / Object.keys(SUBJECTS).length);
    t.true(accepted.size > 0, `SEED=${SEED}: not even a claim was changed`);
    const counts = [...accepted].map(([entry, count]) => `${entry}: ${count}`);
    t.log(`SEED=${SEED}; ${mutants} mutants; accepted: ${counts.join(', ')}`);
  });
}
