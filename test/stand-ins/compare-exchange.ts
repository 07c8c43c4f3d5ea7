import { isDeepStrictEqual } from 'node:util';

/** One recorded request with the response of the real node. */
export type Exchange = {
  readonly name: string;
  readonly atUnixMs: number;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly bodyBase64: string;
  };
  readonly response: {
    readonly status: number;
    /** `null`: the header must be absent. */
    readonly headers: Readonly<Record<string, string | null>>;
    readonly bodyBase64: string;
  };
  readonly volatile: readonly string[];
};

export type Received = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

/**
 * Returns the differences between a recording and a response, except for those that its `volatile`
 * rules allow.
 */
export function differences(
  { response, volatile }: Exchange,
  received: Received,
): readonly string[] {
  const out: string[] = [];
  if (received.status !== response.status) {
    out.push(`status ${received.status} instead of ${response.status}`);
  }
  for (const [name, recorded] of Object.entries(response.headers)) {
    const value = received.headers[name];
    const isRight = volatile.includes(`header:${name}`)
      ? value !== undefined
      : (value ?? null) === recorded;
    if (!isRight) out.push(`header ${name} is ${String(value)} instead of ${recorded}`);
  }
  return [...out, ...bodyDifferences(response, volatile, received.body)];
}

function bodyDifferences(
  { headers, bodyBase64 }: Exchange['response'],
  volatile: readonly string[],
  received: Buffer,
): readonly string[] {
  if (volatile.includes('body')) return [];
  const recorded = Buffer.from(bodyBase64, 'base64');
  const prefix = volatile.find((rule) => rule.startsWith('text-prefix:'));
  if (prefix !== undefined) {
    const start = prefix.slice('text-prefix:'.length);
    return received.toString().startsWith(start) ? [] : [`body ${shorten(received)}`];
  }
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  const wanted = isJson ? tryParse(recorded) : undefined;
  const isSame =
    wanted === undefined
      ? recorded.equals(received)
      : isDeepStrictEqual(relax(wanted, volatile), relax(tryParse(received), volatile));
  return isSame ? [] : [`body ${shorten(received)} instead of ${shorten(recorded)}`];
}

function shorten(body: Buffer): string {
  return JSON.stringify(body.toString().slice(0, 400));
}

function tryParse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Returns a JSON value with volatile places reduced to their type and unordered lists sorted. */
function relax(value: unknown, volatile: readonly string[]): unknown {
  let out = value;
  for (const rule of volatile) {
    if (rule.startsWith('/')) out = replaceAt(out, rule.slice(1).split('/'), typeName);
    if (rule.startsWith('unordered:/')) {
      out = replaceAt(out, rule.slice('unordered:/'.length).split('/'), sorted);
    }
  }
  return out;
}

/** Replaces the value that a pointer names. A `*` in it stands for every key or index. */
function replaceAt(
  value: unknown,
  [key, ...rest]: readonly string[],
  replace: (found: unknown) => unknown,
): unknown {
  if (key === undefined) return replace(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, item]) =>
      [name, key === '*' || key === name ? replaceAt(item, rest, replace) : item] as const,
  );
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const texts = value.map((item: unknown) => [canonical(item), item] as const);
  return texts.toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, item]) => item);
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).map(([key, item]) => `${key}:${canonical(item)}`);
  return `{${entries.toSorted().join()}}`;
}
