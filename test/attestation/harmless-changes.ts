/**
 * Lists the changes that an accepted document may have without harm (attestation/README.md, "One
 * spelling"), and finds the one that applies.
 */
type Json = unknown;
type Difference = readonly [path: string, before: Json, after: Json];

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null;

/** Returns the differences of two JSON values, as dotted paths. */
function differences(before: Json, after: Json, path = ''): readonly Difference[] {
  if (!isObject(before) || !isObject(after)) {
    return before === after ? [] : [[path, before, after]];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    differences(before[name], after[name], path === '' ? name : `${path}.${name}`),
  );
}

const CLAIMS: readonly (readonly [RegExp, string])[] = [
  [/^vm_config$/, 'vm_config'],
  [/^agent_version$/, 'agent_version'],
  [/^known_limits\.\d+$/, 'known_limits'],
  [/^mode$/, 'mode'],
  [/^key_custody\.path$/, 'key_custody.path'],
  [/^collateral\.fetched_at$/, 'collateral.fetched_at'],
  [/^tcb_info\.device_id$/, 'tcb_info.device_id'],
];

type Row = Record<string, Json>;

/** Groups rows by register, in order. */
const byRegister = (rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => Number(a['imr']) - Number(b['imr']));

function explainLog(before: string, after: string): string | undefined {
  const [was, is] = [before, after].map((text) => JSON.parse(text) as Row[]);
  if (was === undefined || is === undefined) return undefined;
  if (differences(was, is).length === 0) return 'JSON spelling of the log';
  const found = differences(byRegister(was), byRegister(is));
  if (found.length === 0) return 'order of events between registers';
  const rows = byRegister(was);
  const harmless = found.every(([path]) => {
    const [at, field = ''] = path.split('.');
    const isBoot = rows[Number(at)]?.['imr'] !== 3;
    return isBoot && ['event', 'event_type', 'event_payload'].includes(field);
  });
  return harmless ? 'events of registers 0 to 2' : undefined;
}

const PADDED = /^((?:[0-9a-f]{2})*?)((?:00)*)$/;

function explainOne([path, before, after]: Difference): string | undefined {
  if (path === 'event_log') return explainLog(String(before), String(after));
  if (path === 'quote' || path === 'intel_quote') {
    const same = PADDED.exec(String(before))?.[1] === PADDED.exec(String(after))?.[1];
    return same ? 'zero bytes after the quote' : undefined;
  }
  return CLAIMS.find(([claim]) => claim.test(path))?.[1];
}

/** Returns the entry of the list that explains how two documents differ, or undefined. */
export function explainHarmless(before: string, after: string): string | undefined {
  const found = differences(JSON.parse(before), JSON.parse(after));
  if (found.length === 0) return 'JSON spelling of the document';
  const names = new Set(found.map(explainOne));
  const [name] = names;
  return names.size === 1 ? name : undefined;
}
