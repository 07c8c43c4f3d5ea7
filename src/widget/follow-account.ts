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

/** Calls back with each change until the account is complete; answers how to stop. The browser comes back by itself. */
export function followAccount(keyId: string, onChange: (view: AccountView) => void): () => void {
  const events = new EventSource(`/api/keys/${encodeURIComponent(keyId)}/bootstrap/events`);
  const steps = new Map<string, string>();
  let status: AccountView['status'] = 'none';
  const tell = (): void => onChange({ status, steps: new Map(steps) });
  const note = (step: unknown): void => {
    if (!isFields(step)) return;
    const { id, status: its } = step;
    if (typeof id === 'string' && typeof its === 'string') steps.set(id, its);
  };
  events.addEventListener('state', ({ data }: MessageEvent<string>) => {
    const view: unknown = JSON.parse(data);
    if (!isFields(view)) return;
    status = STATUSES.find((each) => each === view['status']) ?? 'none';
    if (Array.isArray(view['steps'])) for (const step of view['steps']) note(step);
    if (status === 'complete') events.close();
    tell();
  });
  events.addEventListener('step', ({ data }: MessageEvent<string>) => {
    note(JSON.parse(data));
    status = 'pending';
    tell();
  });
  return () => events.close();
}
