/**
 * Runs the independent reader as a separate process.
 *
 * Standard input: a ProofInput as JSON. Standard output: a ReaderAnswer as JSON.
 */
import { text } from 'node:stream/consumers';
import { messageOf } from '../../attestation/failure-reason.js';
import type { ProofInput, ReaderAnswer } from './proof.js';
import { proveAccount } from './prove-account.js';

async function answer(): Promise<ReaderAnswer> {
  try {
    const input = JSON.parse(await text(process.stdin)) as ProofInput;
    return { proof: await proveAccount(input) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

process.stdout.write(JSON.stringify(await answer()));
