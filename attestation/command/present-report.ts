/**
 * Formats the report for people: every check on a line, with the measured and expected values and
 * the meaning of a failure.
 */
import { styleText } from 'node:util';
import { CHECKS } from '../checks.js';
import { GROUPS, type Report, type ReportedCheck } from '../report.js';

type Paint = (style: 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim', text: string) => string;

const STYLES = { pass: 'green', fail: 'red', skip: 'yellow', info: 'cyan' } as const;
const ID_WIDTH = Math.max(...[...CHECKS.keys()].map((id) => id.length));
const INDENT = ' '.repeat(ID_WIDTH + 11);
const COLUMNS = 118;

/** Wraps text to the width of the report. Longer words stay whole. */
function wrap(text: string): string {
  const room = COLUMNS - INDENT.length;
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${INDENT}`);
}

/** Returns the report as text. `color` adds colors for a terminal. */
export function presentReport(report: Report, color: boolean): string {
  // The caller decides about colors, not styleText by examining the standard output.
  const paint: Paint = (style, text) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const lines = [
    ...report.headlines.map((line) => paint('bold', `! ${line}`)),
    `Policy ${report.policy.name}, judged at ${report.judged_at}, hardware: ${report.hardware}`,
    ...GROUPS.flatMap((group) => [
      '',
      paint('bold', group),
      ...report.checks
        .filter((check) => check.group === group)
        .flatMap((check) => presentCheck(check, paint)),
    ]),
    '',
    paint('bold', 'not decided by this evidence'),
    ...report.not_decided.map((line) => `  - ${line}`),
    '',
    ...verdictOf(report, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function presentCheck(check: ReportedCheck, paint: Paint): readonly string[] {
  const { id, status, measured = '', expected, means } = check;
  const mark = paint(STYLES[status], status.padEnd(4));
  const fits = measured.length + (expected?.length ?? 0) + 12 <= COLUMNS - INDENT.length;
  const besides = status === 'pass' && expected !== undefined && expected !== measured && fits;
  const against = besides ? paint('dim', ` (expected: ${expected})`) : '';
  const rejects =
    status === 'skip' && check.required ? ' (required, so the document is rejected)' : '';
  return [
    `  ${mark}  ${id.padEnd(ID_WIDTH)}   ${wrap(`${measured}${rejects}`)}${against}`.trimEnd(),
    ...(status === 'fail' && expected !== undefined
      ? [`${INDENT}${wrap(`expected: ${expected}`)}`]
      : []),
    ...(means === undefined ? [] : [paint('dim', `${INDENT}${wrap(`means: ${means}`)}`)]),
  ];
}

function verdictOf(report: Report, paint: Paint): readonly string[] {
  const count = (cut: string): string => {
    const failed = report.checks.filter(
      (check) =>
        check.cut === cut &&
        (check.status === 'fail' || (check.status === 'skip' && check.required)),
    );
    return `${cut}: ${failed.length === 0 ? 'holds' : `${failed.length} not passed (${failed.map(({ id }) => id).join(', ')})`}`;
  };
  const unreviewed = report.policy.reviewed
    ? []
    : ['The policy has "reviewed": false. Read it, set that to true, and verify again.'];
  const style = report.verdict === 'accepted' ? 'green' : 'red';
  return [
    count('evidence'),
    count('policy'),
    ...unreviewed,
    paint(style, report.verdict.toUpperCase()),
  ];
}

/**
 * Returns the explanation of one check, or a line for each. Returns undefined for an unknown id.
 */
export function presentExplanation(id: string | undefined): string | undefined {
  if (id === undefined) {
    return [...CHECKS]
      .map(([each, { proves }]) => `${each.padEnd(ID_WIDTH)}  ${proves}\n`)
      .join('');
  }
  const found = CHECKS.get(id);
  if (found === undefined) return undefined;
  const miss = found.miss === undefined ? '' : `  policy:  ${found.miss}\n`;
  return `${id} (${found.group}, ${found.cut})\n\n  proves:  ${found.proves}\n  failure: ${found.failure}\n${miss}`;
}
