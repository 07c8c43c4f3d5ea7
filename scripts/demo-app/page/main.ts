/** A notes app: one sign-in with one prompt, and then notes in the person's own space. */
import type * as Client from '../../../src/client/create-sealwright.js';
import { NotesSpace } from './notes-space.js';
import { createSessionKey } from './session-key.js';
import { delegationHeader, notesResource, signInText } from './sign-in-message.js';

type Settings = { readonly service: string; readonly node: string };

const HOUR_MS = 3_600_000;

const part = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (found === null) throw new TypeError(`the page has no element ${id}`);
  return found;
};
const say = (text: string): void => {
  part('status').textContent = text;
};

type App = { readonly settings: Settings; readonly sealwright: Client.Sealwright };

/** Loads the client. A service that is down is asked again by the next click. */
async function load(): Promise<App> {
  const settings = (await (await fetch('/settings.json')).json()) as Settings;
  // A module that failed to load is not fetched again under the same address.
  const address = `${settings.service}/client.js${loads === 0 ? '' : `?again=${loads}`}`;
  loads += 1;
  const { createSealwright } = (await import(address).catch(() => {
    throw new Error(`${settings.service} cannot be reached. Try again in a moment.`);
  })) as typeof Client;
  return { settings, sealwright: createSealwright({ service: settings.service }) };
}

let loads = 0;
let app: App | undefined;
let space: NotesSpace | undefined;

/** Signs in with one signature, and opens the space if the node already has it. */
async function signIn(): Promise<void> {
  const key = await createSessionKey().catch(() => undefined);
  if (key === undefined) {
    say('This browser does not support Ed25519. Please use a newer one.');
    return;
  }
  app ??= await load();
  const { settings, sealwright } = app;
  const { address, chainId } = await sealwright.connect();
  const nowMs = Date.now();
  const request = {
    domain: location.host,
    address,
    chainId,
    key,
    nonce: crypto.randomUUID().replaceAll('-', ''),
    issuedAt: new Date(nowMs).toISOString(),
    expirationTime: new Date(nowMs + HOUR_MS).toISOString(),
  };
  const { signature, tinycloudBootstrap } = await sealwright.signMessage(signInText(request));
  const opened = new NotesSpace(settings.node, key, notesResource(chainId, address));
  const delegation = delegationHeader(request, signature);
  showSignedIn(address);
  const open = async (): Promise<void> => {
    if (!(await opened.open(delegation))) throw new Error('the space does not exist yet');
    space = opened;
    await showNotes();
  };
  const stop = sealwright.onBootstrap(({ status }) => {
    if (status === 'complete' && space === undefined) open().then(stop, () => undefined);
  });
  await open().catch((error: unknown) => {
    if (tinycloudBootstrap.status === 'complete') throw error;
    say('You are signed in. Your notes appear as soon as your space is ready.');
  });
}

function showSignedIn(address: string): void {
  part('signed-out').hidden = true;
  part('signed-in').hidden = false;
  part('address').textContent = `${address.slice(0, 6)}…${address.slice(-4)}`;
  say('Signed in.');
}

async function showNotes(): Promise<void> {
  const notes = (await space?.list()) ?? [];
  part('write').hidden = false;
  part('notes').replaceChildren(
    ...notes.map(({ key, text }) => {
      const item = document.createElement('li');
      const words = document.createElement('p');
      words.textContent = text;
      const remove = document.createElement('button');
      remove.textContent = 'Delete';
      remove.ariaLabel = `Delete “${text.slice(0, 40)}”`;
      remove.addEventListener('click', () =>
        run('Deleting…', async () => {
          await space?.remove(key);
          await showNotes();
        }),
      );
      item.append(words, remove);
      return item;
    }),
  );
  say(
    notes.length === 0
      ? 'No notes yet.'
      : `${notes.length} ${notes.length === 1 ? 'note' : 'notes'}.`,
  );
}

const showError = (error: unknown): void =>
  say(error instanceof Error ? error.message : 'Something went wrong.');

/** Runs the action of a button, and shows its error. */
function run(text: string, work: () => Promise<void>): void {
  say(text);
  work().catch(showError);
}

part('sign-in').addEventListener('click', () => run('Signing in…', signIn));
part('sign-out').addEventListener('click', () =>
  run('Signing out…', async () => {
    await app?.sealwright.disconnect({ signOut: true });
    location.reload();
  }),
);
part('write').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = part('text') as HTMLTextAreaElement;
  const text = field.value.trim();
  if (text === '') return;
  run('Saving…', async () => {
    await space?.write(text);
    field.value = '';
    await showNotes();
  });
});
// Loading before the first click keeps the click fresh, which a window needs.
load()
  .then((loaded) => {
    app = loaded;
  })
  .catch(showError)
  .finally(() => part('sign-in').removeAttribute('disabled'));
