/**
 * Runs the independent reader as a separate process.
 *
 * Standard input: a ProofInput as JSON. Standard output: a Proof as JSON.
 */
import { text } from 'node:stream/consumers';
import type { ProofInput } from './proof.js';
import { proveAccount } from './prove-account.js';

const input = JSON.parse(await text(process.stdin)) as ProofInput;
process.stdout.write(JSON.stringify(await proveAccount(input)));
