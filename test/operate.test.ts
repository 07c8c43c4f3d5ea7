/** The alert rules and the dashboard name only metrics that exist, and sections that exist. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { canaryMetrics } from '../scripts/canary/canary-report.js';
import type { CanaryReport } from '../scripts/canary/run-canary.js';
import { createMetrics } from '../src/runtime/metrics.js';
import { test } from './test.js';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly runbook: string };
};
type Panel = { readonly title: string; readonly targets: readonly { readonly expr: string }[] };

const rules = (): readonly Rule[] =>
  (parse(read('docs/operate/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    (group) => group.rules,
  );
const panels = (): readonly Panel[] =>
  (JSON.parse(read('docs/operate/dashboard.json')) as { panels: Panel[] }).panels;

/** Its metrics have every name that a run of the canary can write. */
const FAILED_RUN: CanaryReport = {
  service: 'https://service.example',
  node: 'https://node.example',
  isWhole: false,
  finishedAt: '2026-03-01T12:00:00.000Z',
  seconds: { ready: 1 },
  failed: { step: 'sign-in', reason: 'x' },
};

const METRIC = /\b(?:sealwright|nodejs|process)_[a-z0-9_]+/g;

/** Returns the names that a series of a metric may have: a histogram has three. */
async function existingNames(): Promise<ReadonlySet<string>> {
  const text = `${await createMetrics().text()}\n${await canaryMetrics(FAILED_RUN)}`;
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set(names);
}

/** Returns the anchors of the headings of a page, as GitHub derives them. */
const anchorsOf = (page: string): ReadonlySet<string> =>
  new Set(
    [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

test('alerts and dashboard name only metrics that exist', async (t) => {
  const names = await existingNames();
  const asked = [
    ...rules().map(({ alert, expr }) => [alert, expr] as const),
    ...panels().flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ];
  t.true(asked.length > 15);
  for (const [where, expr] of asked) {
    const found = expr.match(METRIC) ?? [];
    t.true(found.length > 0, where);
    for (const name of found) t.true(names.has(name), `${where}: ${name}`);
  }
});

test('every metric of our own has an alert or a panel', async (t) => {
  const all = [
    ...rules().map(({ expr }) => expr),
    ...panels().flatMap((p) => p.targets.map(({ expr }) => expr)),
  ].join();
  const unwatched = new Set([
    'sealwright_bodies_read_total',
    'sealwright_crypto_operations_total',
    'sealwright_document_reads_total',
    'sealwright_root_signatures_total',
  ]);
  const text = await createMetrics().text();
  for (const [, name = ''] of text.matchAll(/^# TYPE (sealwright_\S+)/gm)) {
    t.is(all.includes(name), !unwatched.has(name), name);
  }
});

test('every alert leads to a section of the page for operators', (t) => {
  const anchors = anchorsOf(read('docs/operate.md'));
  for (const { alert, annotations } of rules()) {
    const [page, anchor = ''] = annotations.runbook.split('#');
    t.is(page, 'docs/operate.md', alert);
    t.true(anchors.has(anchor), `${alert}: ${anchor}`);
  }
});
