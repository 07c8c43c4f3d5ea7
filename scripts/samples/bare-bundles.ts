/**
 * Converts the genuine evidence of test/vectors/attestation (see there for origins and licenses) to
 * bundles of bare evidence.
 */
import { readFileSync } from 'node:fs';

const vectors = new URL('../../../test/vectors/attestation/', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, vectors), 'utf8');
const json = (path: string): Record<string, unknown> =>
  JSON.parse(text(path)) as Record<string, unknown>;

export type BareName =
  | 'near-mpc-2026-08'
  | 'near-mpc-2026-01'
  | 'dstack-quote-report'
  | 'dstack-simulator-kms'
  | 'dstack-examples-rtmr3';

/** Unix seconds at which each is valid. */
export const HOLDS_AT: Readonly<Record<BareName, number>> = {
  'near-mpc-2026-08': 1_786_622_400,
  'near-mpc-2026-01': 1_769_527_031,
  'dstack-quote-report': 1_772_323_200,
  'dstack-simulator-kms': 1_786_622_400,
  'dstack-examples-rtmr3': 1_772_323_200,
};

function near(folder: string): Record<string, unknown> {
  const tcb = json(`${folder}/tcb_info.json`);
  const { event_log: log, app_compose: compose, mr_aggregated: _mr, ...registers } = tcb;
  const quote = Uint8Array.from(JSON.parse(text(`${folder}/quote.json`)) as number[]);
  return {
    quote: Buffer.from(quote).toString('hex'),
    event_log: JSON.stringify(log),
    app_compose: compose,
    tcb_info: { ...registers, app_compose: compose },
    collateral: json(`${folder}/collateral.json`),
  };
}

function simulator(): Record<string, unknown> {
  const answer = json('dstack-simulator-kms/quote.json');
  const info = json('dstack-simulator-kms/info.json');
  const tcb = JSON.parse(String(info['tcb_info'])) as Record<string, unknown>;
  return {
    quote: answer['quote'],
    event_log: answer['event_log'],
    report_data: answer['report_data'],
    vm_config: answer['vm_config'],
    app_compose: tcb['app_compose'],
    app_id: info['app_id'],
    instance_id: info['instance_id'],
    os_image_hash: info['os_image_hash'],
    collateral: json('dstack-simulator-kms/collateral.json'),
  };
}

/** Returns the evidence of one folder as the text of a bundle. */
export function readBareBundle(name: BareName): string {
  switch (name) {
    case 'near-mpc-2026-08':
    case 'near-mpc-2026-01':
      return JSON.stringify(near(name));
    case 'dstack-simulator-kms':
      return JSON.stringify(simulator());
    case 'dstack-quote-report': {
      const { quote, event_log: log } = json(`${name}/quote-report.json`);
      const file = json(`${name}/tdx_quote_outdated_collateral.json`);
      return JSON.stringify({ quote, event_log: log, collateral: file['collateral'] ?? file });
    }
    case 'dstack-examples-rtmr3': {
      const { quote, event_log: log } = json(`${name}/report.json`);
      return JSON.stringify({
        quote,
        event_log: log,
        app_compose: text(`${name}/app-compose.json`),
        collateral: null,
      });
    }
  }
}
