/**
 * Writes the report as a page that contains everything it shows: no script, no file beside it, no
 * network. Texts from the evidence are escaped, and its content policy allows its own style only.
 */
import { createHash } from 'node:crypto';
import { type CheckGroup, descriptionOf } from '../checks.js';
import { GROUPS, type Report, type ReportedCheck } from '../report.js';
import { REPORT_STYLE } from './report-style.js';

/** What each link of the chain of evidence is about. */
const LINKS: { readonly [group in CheckGroup]: string } = {
  quote: 'The quote is signed by Intel hardware',
  collateral: "Intel's statements about it are genuine and current",
  platform: 'The platform is up to date',
  image: 'The machine booted a known image',
  application: 'The image runs the reviewed application',
  binding: 'The application made this statement',
  channel: 'The connection ends in that application',
  governance: 'Nobody else can allow other code',
  receipt: 'It set up this account as planned',
};

const STATUS_WORDS = {
  pass: 'passed',
  fail: 'failed',
  skip: 'not checked',
  info: 'for information',
} as const;

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

type State = 'pass' | 'fail' | 'skip';

/** Whether a check rejects the document. */
const isRejecting = ({ status, required }: ReportedCheck): boolean =>
  status === 'fail' || (status === 'skip' && required);

function stateOf(checks: readonly ReportedCheck[]): State {
  if (checks.some(isRejecting)) return 'fail';
  return checks.some(({ status }) => status === 'pass') ? 'pass' : 'skip';
}

const LINK_WORDS: { readonly [state in State]: string } = {
  pass: 'holds',
  fail: 'does not hold',
  skip: 'not asked',
};

type Group = { readonly name: CheckGroup; readonly checks: readonly ReportedCheck[] };

const groupsOf = ({ checks }: Report): readonly Group[] =>
  GROUPS.map((name) => ({ name, checks: checks.filter(({ group }) => group === name) }));

function linkOf({ name, checks }: Group): string {
  const state = stateOf(checks);
  const failed = checks.filter(isRejecting).length;
  const count =
    failed > 0
      ? `${failed} of ${checks.length} not passed`
      : `${checks.filter(({ status }) => status === 'pass').length} of ${checks.length} passed`;
  return `<li class="${state}"><a href="#${name}"><b>${name}: ${LINK_WORDS[state]}</b>
<span>${escape(LINKS[name])}</span><small>${count}</small></a></li>`;
}

const cell = (name: string, text = '', attributes = ''): string =>
  text === '' ? '' : `<dt>${name}</dt><dd${attributes}>${escape(text)}</dd>`;

/** A cell whose text is a value of the evidence or of the policy. */
const exactCell = (name: string, text: string | undefined): string =>
  cell(name, text, ' class="exact"');

function checkOf(check: ReportedCheck): string {
  const { id, status, measured, expected, means, cut, required } = check;
  const rejects = status === 'skip' && required ? ', required' : '';
  return `<li class="${isRejecting(check) ? 'fail' : status}">
<h3><code>${escape(id)}</code> <span class="status">${STATUS_WORDS[status]}${rejects}</span></h3>
<dl>${cell('Proves', descriptionOf(check.id).proves)}${exactCell('Measured', measured)}${exactCell('Expected', expected)}${cell('Means', means)}${cell('Kind', cut)}</dl></li>`;
}

const sectionOf = ({ name, checks }: Group): string =>
  `<section id="${name}"><h2>${name}</h2><p>${escape(LINKS[name])}.</p>
<ul class="checks">${checks.map(checkOf).join('\n')}</ul></section>`;

/** The facts by which governance was judged, as they are. */
const factsOf = ({ governance }: Report): string =>
  governance === undefined
    ? ''
    : `<section><h2>Facts of governance</h2><pre class="exact">${escape(JSON.stringify(governance, null, 2))}</pre></section>`;

const policyHash = (): string => createHash('sha256').update(REPORT_STYLE).digest('base64');

/** Returns the report as an HTML document. `asked` is the URL or the file that was verified. */
export function reportPage(report: Report, asked: string): string {
  const { verdict, policy, judged_at, hardware, headlines, not_decided, facts_digest } = report;
  const groups = groupsOf(report);
  const reviewed = policy.reviewed ? '' : ' The policy is not reviewed.';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${verdict === 'accepted' ? 'Accepted' : 'Rejected'}: ${escape(asked)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${policyHash()}'; base-uri 'none'; form-action 'none'">
<style>${REPORT_STYLE}</style>
</head>
<body>
<header class="${verdict}">
<p>Attestation report</p>
<h1>${verdict === 'accepted' ? 'Accepted' : 'Rejected'}</h1>
<p><code>${escape(asked)}</code></p>
<p>Policy ${escape(policy.name)}, judged at ${escape(judged_at)}, hardware: ${hardware}.${reviewed}</p>
${headlines.map((line) => `<p class="headline">${escape(line)}</p>`).join('\n')}
</header>
<main>
<nav aria-label="Chain of evidence"><ol class="chain">${groups.map(linkOf).join('\n')}</ol></nav>
${groups.map(sectionOf).join('\n')}
${factsOf(report)}
<section><h2>Not decided by this evidence</h2><ul>${not_decided.map((line) => `<li>${escape(line)}</li>`).join('\n')}</ul></section>
</main>
<footer><p>Digest of the verified facts: <code>${facts_digest}</code></p></footer>
</body>
</html>
`;
}
