/**
 * The report as a page: everything in one file, nothing that runs, and the text of evidence
 * escaped.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECK_IDS } from '../../attestation/checks.js';
import { reportPage } from '../../attestation/command/report-page.js';
import { runCommand } from '../../attestation/command/run-command.js';
import { type Report, reportSchema } from '../../attestation/report.js';
import { readBareBundle } from '../../scripts/samples/bare-bundles.js';
import { test } from '../test.js';

const home = new URL('../../../attestation/', import.meta.url);

let page = '';
let report: Report;
let codes: readonly number[] = [];

test.before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-report-'));
  try {
    const bundle = join(folder, 'bundle.json');
    const html = join(folder, 'report.html');
    await writeFile(bundle, readBareBundle('near-mpc-2026-08'));
    let out = '';
    const run = (...args: string[]): Promise<number> =>
      runCommand({
        args: [bundle, '--at', '1786622400', '--json', ...args],
        write: (text) => void (out = text),
        complain: () => undefined,
        color: false,
        nowMs: Date.now(),
        home,
      });
    codes = [await run('--html', html), await run('--html', join(folder, 'none', 'x.html'))];
    page = await readFile(html, 'utf8');
    report = reportSchema.parse(JSON.parse(out));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the page has each check with what was measured and what was expected', (t) => {
  t.deepEqual(
    codes,
    [1, 2],
    'the verdict decides the exit code, unless the page cannot be written',
  );
  for (const id of CHECK_IDS) t.is(page.split(`<code>${id}</code>`).length, 2, id);
  const failed = report.checks.find(({ status, expected }) => status === 'fail' && expected);
  t.true(page.includes(`<dt>Expected</dt><dd class="exact">${failed?.expected}</dd>`), failed?.id);
  t.true(page.includes(report.facts_digest));
  t.regex(page, /<h1>Rejected<\/h1>/);
  for (const line of report.not_decided)
    t.true(page.includes(line.replaceAll('"', '&quot;')), line);
});

test('the page runs nothing, loads nothing, and allows its own style only', (t) => {
  t.notRegex(page, /<script|<link|<img|<iframe|src=|url\(|@import|href="(?!#)|\son\w+=/i);
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  t.true(page.includes(`default-src 'none'; style-src 'sha256-${hash}'`));
});

test('text of the evidence, of the policy and of the command line is escaped', (t) => {
  const evil = '<img src=x onerror="alert(1)">&';
  const checks = report.checks.map((check) => ({
    ...check,
    measured: evil,
    expected: evil,
    means: evil,
  }));
  const shown = reportPage(
    { ...report, checks, headlines: [evil], policy: { name: evil, reviewed: false } },
    evil,
  );
  t.notRegex(shown, /<img|onerror="/);
  t.true(shown.split('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;').length > 100);
});

test('a required check that was not made is shown as a reason to reject', (t) => {
  const checks = report.checks.map((check) => ({
    ...check,
    status: check.id === 'quote.signature' ? ('skip' as const) : ('pass' as const),
    required: true,
  }));
  const shown = reportPage({ ...report, checks, verdict: 'rejected' }, 'x');
  t.regex(shown, /<li class="fail"><a href="#quote"><b>quote: does not hold<\/b>/);
  t.regex(shown, /not checked, required/);
  t.regex(shown, /<li class="pass"><a href="#image">/);
});
