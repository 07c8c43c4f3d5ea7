/**
 * Parses the YAML that an auditor, this lint and Docker's own parser understand alike.
 *
 * Three readers read the same text, so everything on which they may differ is rejected: anchors,
 * tags, merges, directives, values over several lines, and unquoted values that some version of
 * YAML reads as another type. YAML 1.2 keeps `on`, `yes` and `012` as written, YAML 1.1 does not,
 * and Docker's parser is in between, so such values must be quoted.
 */
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Scalar,
} from 'yaml';
import { finding, type LintFinding, type RuleId } from './lint-rules.js';
import { isTooLarge } from './yaml-size.js';

/** A value of a compose file. */
export type ComposeValue =
  | null
  | boolean
  | number
  | string
  | readonly ComposeValue[]
  | ReadonlyMap<string, ComposeValue>;

/** The parsed file, if it could be read, and the findings. */
export type ParsedYaml = {
  readonly value?: ComposeValue;
  readonly findings: readonly LintFinding[];
};

const PLAIN_NUMBER = /^(?:0|[1-9][0-9]{0,14})$/;
const PLAIN_STRING = /^[A-Za-z/_$][\x20-\x7e]*$/;
const WORDS_OF_SOME_YAML = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

function isPlainScalarClear(source: string): boolean {
  if (source === '' || source === 'true' || source === 'false') return true;
  if (WORDS_OF_SOME_YAML.has(source.toLowerCase())) return false;
  return PLAIN_NUMBER.test(source) || PLAIN_STRING.test(source);
}

function isScalarClear(scalar: Scalar, text: string): boolean {
  const [from, to] = scalar.range ?? [0, text.length];
  if (text.slice(from, to).includes('\n')) return false;
  if (typeof scalar.value === 'string' && !/^[\x20-\x7e]*$/.test(scalar.value)) return false;
  if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') return true;
  return scalar.type === 'PLAIN' && isPlainScalarClear(scalar.source ?? '');
}

function findingsOfKey(key: unknown, where: string): LintFinding[] {
  if (!isScalar(key) || typeof key.value !== 'string' || key.value === '') {
    return [finding('yaml-key', where)];
  }
  return key.value === '<<' ? [finding('yaml-merge', where)] : [];
}

function findingsOfNode(node: unknown, where: string, text: string): LintFinding[] {
  if (node === null || node === undefined) return [];
  if (isAlias(node)) return [finding('yaml-alias', where)];
  if (!isNode(node)) return [finding('yaml-syntax', where)];
  const found: LintFinding[] = [];
  if (node.anchor !== undefined) found.push(finding('yaml-anchor', where));
  if (node.tag !== undefined) found.push(finding('yaml-tag', where));
  if (isScalar(node)) {
    if (!isScalarClear(node, text)) found.push(finding('yaml-ambiguous-scalar', where));
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => {
      found.push(...findingsOfNode(item, `${where}[${index}]`, text));
    });
  } else if (isMap(node)) {
    for (const pair of node.items) {
      const key = isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : '?';
      const at = where === '' ? key : `${where}.${key}`;
      const ofKey = findingsOfKey(pair.key, at);
      found.push(...(ofKey.length > 0 ? ofKey : findingsOfNode(pair.key, at, text)));
      found.push(...findingsOfNode(pair.value, at, text));
    }
  }
  return found;
}

const RULE_OF_PROBLEM: ReadonlyMap<string, RuleId> = new Map([
  ['DUPLICATE_KEY', 'yaml-duplicate-key'],
  ['TAG_RESOLVE_FAILED', 'yaml-tag'],
]);

function findingsOfDocument(document: Document.Parsed, text: string): LintFinding[] {
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    return problems.map(({ code, linePos }) => {
      const rule = RULE_OF_PROBLEM.get(code) ?? 'yaml-syntax';
      return finding(rule, `line ${linePos?.[0].line ?? '?'}`, code);
    });
  }
  const { yaml, tags } = document.directives;
  const hasDirective = yaml.explicit === true || Object.keys(tags).some((tag) => tag !== '!!');
  return [
    ...(hasDirective ? [finding('yaml-directive', '')] : []),
    ...findingsOfNode(document.contents, '', text),
  ];
}

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  strict: true,
  uniqueKeys: true,
  stringKeys: false,
  logLevel: 'silent',
} as const;

/**
 * Parses a compose file. There is a value if there are no findings other than
 * `yaml-ambiguous-scalar`. Without those, numbers and booleans are exactly as in the text.
 */
export function parseComposeYaml(text: string): ParsedYaml {
  const odd = text.search(/[^\n\x20-\x7e]/);
  if (odd >= 0) return { findings: [finding('yaml-characters', `offset ${odd}`)] };
  if (isTooLarge(text)) return { findings: [finding('yaml-syntax', '', 'too large')] };
  try {
    return readDocument(text);
  } catch {
    return { findings: [finding('yaml-syntax', '', 'cannot be read')] };
  }
}

function readDocument(text: string): ParsedYaml {
  const documents = parseAllDocuments(text, OPTIONS);
  const [document] = documents;
  if (documents.length !== 1 || document === undefined || !('contents' in document)) {
    return { findings: [finding('yaml-documents', '')] };
  }
  const findings = findingsOfDocument(document, text);
  if (findings.some(({ rule }) => rule !== 'yaml-ambiguous-scalar')) return { findings };
  return { value: document.toJS({ mapAsMap: true, maxAliasCount: 0 }) as ComposeValue, findings };
}
