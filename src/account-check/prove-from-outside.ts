import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Proof, ProofInput, ReaderAnswer } from './proof.js';

const READER = new URL('./read-account.js', import.meta.url).pathname;
const DEADLINE_MS = 60_000;

/**
 * Runs the independent reader in a separate process, which receives only `input`, through its
 * standard input. Rejects an Error that says why the account could not be read.
 */
export async function proveFromOutside(input: ProofInput): Promise<Proof> {
  const child = spawn(process.execPath, [READER], {
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: DEADLINE_MS,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(JSON.stringify(input));
  await once(child, 'close');
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') throw new Error('the reader gave no answer');
  const answer = JSON.parse(text) as ReaderAnswer;
  if ('failure' in answer) throw new Error(answer.failure);
  return answer.proof;
}
