import { table } from '../../src/console/draw.js';
import type { SoakReport } from './soak-report.js';

/** Returns the figures of a soak as lines for a person. */
export function describeSoak(report: SoakReport): string {
  const { counts, kills, signMs, begin, end } = report;
  const answers = Object.entries(report.signAnswers).map(([name, count]) => `${count} × ${name}`);
  const rows: readonly (readonly [string, string])[] = [
    ['accounts', `${report.proved} of ${report.users} whole, ${report.calmS} s after the faults`],
    ['signatures', `${counts.signatures} of programs, ${counts.reviewed} after reviews`],
    ['sign answers', answers.join(', ')],
    [
      'time to sign',
      `median ${signMs.median} ms, p99 ${signMs.p99} ms, max ${signMs.max} ms, with outages`,
    ],
    ['sign-ins', String(counts.signIns)],
    ['other changes', `${counts.renames} names, ${counts.endedSessions} sessions ended`],
    ['set-ups tried again', String(counts.retries)],
    ['killed', `${kills.service} times the service, ${kills.node} times the node`],
    ['unanswered', `${report.lostRequests} by kills; ${report.busyAnswers} answers 429 or 503`],
    ['memory', `${begin.memoryMb} MiB, then ${end.memoryMb} MiB`],
    ['descriptors', `${begin.descriptors}, then ${end.descriptors}`],
  ];
  const problems = report.problems.map((each) => `  ${each}`);
  const verdict = problems.length === 0 ? ['nothing was lost'] : ['problems:', ...problems];
  return [...table(rows), ...verdict].join('\n');
}
