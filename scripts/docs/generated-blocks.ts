/**
 * Generates parts of the documentation, by name. Each comes from the table that the code itself
 * uses, so that a page cannot describe a setting, a route, a code, a rule, a metric or a check that
 * does not exist.
 */
import { MEMBER_RULES } from '../../attestation/application/lint-app-compose.js';
import { RULES } from '../../attestation/application/lint-rules.js';
import { CHECKS } from '../../attestation/checks.js';
import { SETTING_DESCRIPTIONS } from '../../src/config.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { findRateClass, RATE_CLASSES, type RateLimit } from '../../src/limits/rate-classes.js';
import { createMetrics } from '../../src/runtime/metrics.js';
import { POLICY_RULES } from '../../src/signing/policy.js';
import { WIDGET_ERRORS } from '../../src/wire/error-codes.js';
import { ASSUMPTIONS, capacityRows, costRows, readCosts } from '../bench/capacity.js';
import { loadEndpoints } from './contract-endpoints.js';
import { markdownTable } from './markdown-table.js';

const code = (text: string): string => `\`${text}\``;

const settings = (): string =>
  markdownTable(
    ['Setting', 'Default', 'Meaning'],
    SETTING_DESCRIPTIONS.map(({ name, defaultText, description }) => [
      code(name),
      defaultText,
      description,
    ]),
  );

const DURATIONS: Readonly<Record<number, string>> = {
  60: 'minute',
  300: '5 minutes',
  600: '10 minutes',
  3600: 'hour',
  86400: 'day',
};

const describeLimit = ({ count, windowS }: RateLimit): string =>
  `${count} per ${DURATIONS[windowS] ?? `${windowS} s`}`;

const rateLimits = (): string =>
  markdownTable(
    ['Class', 'Default limits'],
    Object.keys(RATE_CLASSES).map((name) => [
      code(name),
      (findRateClass(name) ?? [])
        .map(([limit, value]) => `${code(`@${limit.split('@')[1]}`)} ${describeLimit(value)}`)
        .join(', '),
    ]),
  );

const problemCodes = (): string =>
  markdownTable(
    ['Code', 'Status', 'Retry', 'Sentence'],
    Object.entries(ERROR_TABLE).map(([name, { status, retryable, sentence }]) => [
      code(name),
      String(status),
      retryable ? 'yes' : '',
      sentence,
    ]),
  );

const clientErrors = (): string =>
  markdownTable(
    ['Code', 'Sentence'],
    Object.entries(WIDGET_ERRORS).map(([name, sentence]) => [code(name), sentence]),
  );

const EFFECTS = { refuse: 'reject', review: 'only after review', sign: 'sign' } as const;

const policyRules = (): string =>
  markdownTable(
    ['Rule', 'Effect', 'Reason'],
    POLICY_RULES.map(({ id, effect, code: problem, reason }) => [
      code(id),
      `${EFFECTS[effect]}${problem === undefined ? '' : ` (${code(problem)})`}`,
      reason,
    ]),
  );

const checks = (): string =>
  markdownTable(
    ['Check', 'Kind', 'What a pass proves'],
    [...CHECKS].map(([id, { cut, proves }]) => [code(id), cut, proves]),
  );

/** Every member that dstack reads, with what the lint accepts there. */
const appComposeMembers = (): string =>
  markdownTable(
    ['Member', 'What `compose.lint` accepts'],
    [...MEMBER_RULES].map(([name, rule]) => [code(name), sentenceOf(rule)]),
  );

const sentenceOf = (rule: string): string =>
  new Map<string, string>(Object.entries(RULES)).get(rule) ?? rule;

const METRIC = /^# HELP (sealwright_\S+) (.*)\n# TYPE \S+ (\S+)$/gm;

async function metrics(): Promise<string> {
  const text = await createMetrics().text();
  const rows = [...text.matchAll(METRIC)].map(([, name = '', help = '', kind = '']) => [
    code(name),
    kind,
    help,
  ]);
  return markdownTable(['Metric', 'Type', 'Meaning'], rows);
}

const routes = async (): Promise<string> =>
  markdownTable(
    ['Route', 'Replies', 'What it does', 'Own problem codes'],
    (await loadEndpoints()).map(({ method, path, replies, summary, errors }) => [
      code(`${method} ${path}`),
      Object.keys(replies).join(', '),
      summary,
      errors.map(code).join(', '),
    ]),
  );

const tableOf = ([head = [], ...rows]: readonly (readonly string[])[]): string =>
  markdownTable(head, rows);

function capacity(): string {
  const costs = readCosts();
  return [costRows(costs), ASSUMPTIONS, capacityRows(costs)].map(tableOf).join('\n\n');
}

/** Returns every generated part, by its name in the pages. */
export async function generateBlocks(): Promise<Readonly<Record<string, string>>> {
  return {
    settings: settings(),
    'rate-limits': rateLimits(),
    'problem-codes': problemCodes(),
    'client-errors': clientErrors(),
    'policy-rules': policyRules(),
    checks: checks(),
    'app-compose-members': appComposeMembers(),
    metrics: await metrics(),
    capacity: capacity(),
    routes: await routes(),
  };
}
