import { until } from '../until.js';
import type { Person, World } from './world.js';

/** An event stream. `ended` states whether it was ended, and `heard` is what was received. */
export type OpenStream = { readonly status: number; ended: boolean; heard: string };

/** Opens an event stream of a person, and waits for its first event. */
export async function openStream(world: World, person: Person): Promise<OpenStream> {
  const { token, keyId } = person;
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${world.url}/api/keys/${keyId}/bootstrap/events`, { headers });
  const state = { status: answer.status, ended: false, heard: '' };
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) state.heard += decoder.decode(chunk as Uint8Array);
    state.ended = true;
  };
  read().catch(() => {
    state.ended = true;
  });
  await until('the first event', () => state.heard.includes('event: state'));
  return state;
}
