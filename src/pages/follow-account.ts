/** The set-up of an account as it goes on, from the service's event stream; also when it is tried again later. */
import type { AccountProgress } from '../wire/protocol.js';
import { isFields } from '../wire/read-message.js';

export type AccountView = {
  readonly status: AccountProgress['status'];
  /** Step id to its status. */
  readonly steps: ReadonlyMap<string, string>;
};

export const progressOf = ({ status, steps }: AccountView): AccountProgress => ({
  status,
  done: [...steps.values()].filter((each) => each === 'done').length,
  total: steps.size,
});

const STATUSES = ['none', 'pending', 'complete', 'failed'] as const;

/** The browser comes back by itself to a stream that ended, not to one that was refused: a session has few. */
const AGAIN_MS = 5_000;

/** Calls back with each change until the account is complete; answers how to stop. */
export function followAccount(keyId: string, onChange: (view: AccountView) => void): () => void {
  const steps = new Map<string, string>();
  let status: AccountView['status'] = 'none';
  let timer = 0;
  let events: EventSource | undefined;
  const note = (step: unknown): void => {
    if (!isFields(step)) return;
    const { id, status: its } = step;
    if (typeof id === 'string' && typeof its === 'string') steps.set(id, its);
  };
  const stop = (): void => {
    clearTimeout(timer);
    events?.close();
  };
  const onState = ({ data }: MessageEvent<string>): void => {
    const view: unknown = JSON.parse(data);
    if (!isFields(view)) return;
    status = STATUSES.find((each) => each === view['status']) ?? 'none';
    if (Array.isArray(view['steps'])) for (const step of view['steps']) note(step);
    if (status === 'complete') stop();
    onChange({ status, steps: new Map(steps) });
  };
  const onStep = ({ data }: MessageEvent<string>): void => {
    note(JSON.parse(data));
    status = 'pending';
    onChange({ status, steps: new Map(steps) });
  };
  const open = (): void => {
    const opened = new EventSource(`/api/keys/${encodeURIComponent(keyId)}/bootstrap/events`);
    events = opened;
    opened.addEventListener('state', onState);
    opened.addEventListener('step', onStep);
    opened.addEventListener('error', () => {
      if (opened.readyState === EventSource.CLOSED) timer = window.setTimeout(open, AGAIN_MS);
    });
  };
  open();
  return stop;
}
