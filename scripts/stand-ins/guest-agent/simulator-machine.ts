/**
 * Reproduces the machine of the official simulator from its published responses: a genuine quote of
 * another machine, into which the requested report data are patched, so that the signature is valid
 * only for empty report data; and contradictory facts (the compose file differs from the one in the
 * log). It protects nothing.
 */
import { hex } from '../../../src/protocol/bytes.js';
import type { AppKeys } from './app-keys.js';
import type { Machine } from './machine.js';

export type SimulatorAnswers = {
  /** The JSON response to `Info`. */
  readonly info: string;
  /** The JSON response to `GetQuote` with empty report data. */
  readonly quote: string;
};

/** In a quote of version 4. */
const REPORT_DATA_AT = 568;

type Json = Readonly<Record<string, unknown>>;

export function createSimulatorMachine(keys: AppKeys, answers: SimulatorAnswers): Machine {
  const info = JSON.parse(answers.info) as Json;
  const canned = JSON.parse(answers.quote) as Json;
  const tcb = JSON.parse(String(info['tcb_info'])) as Json;
  const quote = Buffer.from(String(canned['quote']), 'hex');
  return {
    keys,
    compose: new Uint8Array(Buffer.from(String(tcb['app_compose']))),
    info: () => info,
    quote: (reportData) => {
      const patched = Uint8Array.from(quote);
      patched.set(reportData, REPORT_DATA_AT);
      return Promise.resolve({
        quote: hex(patched),
        event_log: canned['event_log'],
        report_data: hex(reportData),
        vm_config: canned['vm_config'],
      });
    },
  };
}
