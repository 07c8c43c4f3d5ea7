/** The set-up of an account as it goes on, from the service's event stream; also when it is tried again later. */
import type { BootstrapState, BootstrapStep } from '../api/bootstrap.js';
import type { AccountProgress } from '../wire/protocol.js';

/** How far the setup of an account is. */
export type AccountView = Pick<BootstrapState, 'status' | 'steps'>;

/** How far the setup is, as an app is told. */
export const progressOf = ({ status, steps }: AccountView): AccountProgress => ({
  status,
  done: steps.filter((each) => each.status === 'done').length,
  total: steps.length,
});

/** The browser comes back by itself to a stream that ended, not to one that was refused: a session has few. */
const AGAIN_MS = 5_000;

/** Calls back with each change until the account is complete; answers how to stop. */
export function followAccount(keyId: string, onChange: (view: AccountView) => void): () => void {
  let view: AccountView = { status: 'none', steps: [] };
  let timer = 0;
  let events: EventSource | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    events?.close();
  };
  const show = (next: AccountView): void => {
    view = next;
    if (view.status === 'complete') stop();
    onChange(view);
  };
  const onState = ({ data }: MessageEvent<string>): void => {
    show(JSON.parse(data) as BootstrapState);
  };
  const onStep = ({ data }: MessageEvent<string>): void => {
    const step = JSON.parse(data) as BootstrapStep;
    const steps = view.steps.map((each) => (each.id === step.id ? step : each));
    show({ status: 'pending', steps });
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
