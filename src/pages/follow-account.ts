/** Follows the setup of an account from the service's event stream, including later attempts. */
import type { BootstrapState, BootstrapStep } from '../api/bootstrap.js';
import type { AccountProgress } from '../wire/protocol.js';

/** The state of an account's setup. */
export type AccountView = Pick<BootstrapState, 'status' | 'steps' | 'expectedAt'>;

/** Returns the progress of the setup in the form that an app receives. */
export const progressOf = ({ status, steps }: AccountView): AccountProgress => ({
  status,
  done: steps.filter((each) => each.status === 'done').length,
  total: steps.length,
});

/** The browser reopens a stream that ended but not one that was refused, and a session has few. */
const AGAIN_MS = 5_000;

/** Calls back for each change until the account is complete. Returns a function that stops it. */
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
