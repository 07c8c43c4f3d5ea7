/**
 * Reads the facts of governance from a chain: everything at one block, from one or two providers.
 *
 * One provider can hide a compose hash from its events, and say anything about the state. Two must
 * agree on every fact. Both can still be wrong together.
 */
import { chainFactsSchema, type ChainFacts } from '../facts.js';
import { matchSchema } from '../../schema/match-schema.js';
import { quantity } from './answers.js';
import type { ChainAt } from './ask-contract.js';
import { ChainError, type ChainErrorCode } from './chain-error.js';
import { findFirstDifference } from './compare-facts.js';
import { chooseBlock, findHeader, requireBlock, type ChainBlock } from './find-block.js';
import { readApp } from './read-app.js';
import { readEvents } from './read-events.js';
import { KMS_TOPICS, readKms } from './read-kms.js';
import { createRpc, RpcRefusal, type Rpc, type RpcOptions } from './rpc.js';
import { openSavedRun, type SavedRun } from './saved-run.js';

/** Which contracts to read, and from where. Addresses are in lower case. */
export type GovernanceQuestion = {
  /** One or two URLs of providers. */
  readonly rpcUrls: readonly string[];
  readonly app: string;
  readonly kms?: string | undefined;
  /** Compose hashes that are compared with the state even if no event names them. */
  readonly composeHashes?: readonly string[];
};

/** The surroundings of a run. */
export type GovernanceSurroundings = RpcOptions & {
  /** Receives a line about how far it is. */
  readonly progress?: (line: string) => void;
  /** Where an interrupted run is continued. Each provider has a file, which begins with this. */
  readonly partialPath?: string | undefined;
};

/** Why a run ends early without anything being wrong with what was read. */
const INTERRUPTIONS: ReadonlySet<string> = new Set([
  'RPC_NO_ANSWER',
  'RPC_REFUSED',
  'RPC_TOO_LARGE',
] satisfies ChainErrorCode[]);

type Source = { readonly rpc: Rpc; readonly run: SavedRun };

/** Resolves to the facts. Rejects a ChainError. */
export async function readGovernance(
  question: GovernanceQuestion,
  around: GovernanceSurroundings = {},
): Promise<ChainFacts> {
  try {
    return await readFromAll(question, around);
  } catch (cause) {
    if (cause instanceof RpcRefusal) throw new ChainError('RPC_REFUSED', cause.message, cause);
    throw cause;
  }
}

async function readFromAll(
  question: GovernanceQuestion,
  around: GovernanceSurroundings,
): Promise<ChainFacts> {
  const rpcs = question.rpcUrls.map((url) => createRpc(url, around));
  const chainIds = await Promise.all(rpcs.map((rpc) => rpc.ask('eth_chainId', [], quantity)));
  const chainId = chainIds[0] ?? 0;
  if (chainIds.some((each) => each !== chainId)) {
    throw new ChainError('RPC_DISAGREE', `source.chain_id: ${chainIds.join(' and ')}`);
  }
  const sources: Source[] = [];
  for (const [index, rpc] of rpcs.entries()) {
    sources.push({ rpc, run: await openRun(rpc, index, chainId, question, around) });
  }
  const block = (await findEarlierBlock(sources)) ?? (await chooseBlock(rpcs));
  try {
    const facts = await readAgreed(sources, chainId, block, question, around);
    for (const { run } of sources) await run.end();
    return facts;
  } catch (error) {
    // Only what was interrupted is continued. What is wrong must not come back from the file.
    const isInterrupted = !(error instanceof ChainError) || INTERRUPTIONS.has(error.code);
    if (!isInterrupted) for (const { run } of sources) await run.end();
    throw error;
  }
}

async function readAgreed(
  sources: readonly Source[],
  chainId: number,
  block: ChainBlock,
  question: GovernanceQuestion,
  around: GovernanceSurroundings,
): Promise<ChainFacts> {
  const hosts = sources.map(({ rpc }) => rpc.host);
  const source = { chain_id: chainId, block, rpc_hosts: hosts };
  const all: ChainFacts[] = [];
  for (const each of sources) {
    await each.run.begin(block);
    const facts = await readFromOne({ rpc: each.rpc, block }, each.run, question, around);
    all.push(checked({ version: 2, source, ...facts }));
  }
  return agreed(all, hosts);
}

const openRun = (
  rpc: Rpc,
  index: number,
  chainId: number,
  { app, kms }: GovernanceQuestion,
  { partialPath }: GovernanceSurroundings,
): Promise<SavedRun> =>
  openSavedRun(
    partialPath === undefined ? undefined : `${partialPath}.partial${index === 0 ? '' : '-2'}`,
    { version: 1, rpc_host: rpc.host, chain_id: chainId, app, kms: kms ?? null },
  );

/** Resolves to the block of an earlier run, if all providers still have it. */
async function findEarlierBlock(sources: readonly Source[]): Promise<ChainBlock | undefined> {
  const earlier = sources[0]?.run.block;
  if (earlier === undefined) return undefined;
  const headers = await Promise.all(sources.map(({ rpc }) => findHeader(rpc, earlier.number)));
  const isThere = headers.every(
    (header) => header?.hash === earlier.hash && header.time === earlier.time,
  );
  return isThere ? earlier : undefined;
}

async function readFromOne(
  at: ChainAt,
  run: SavedRun,
  { app, kms, composeHashes = [] }: GovernanceQuestion,
  { progress = () => undefined }: GovernanceSurroundings,
) {
  const eventsOf = (address: string, topics: readonly string[] | undefined) =>
    readEvents(
      at,
      { address, topics },
      { known: run.partsOf(address), save: (part) => run.save(part), progress },
    );
  const facts = {
    app: await readApp(at, app, await eventsOf(app, undefined), composeHashes),
    ...(kms !== undefined && {
      kms: await readKms(at, kms, app, await eventsOf(kms, KMS_TOPICS)),
    }),
  };
  await requireBlock(at.rpc, at.block);
  return facts;
}

/** Returns facts that a file can hold. What a contract answers can be longer than that. */
function checked(facts: ChainFacts): ChainFacts {
  const matched = matchSchema(chainFactsSchema, facts);
  if (matched.success) return matched.data;
  const path = matched.issues[0]?.path.map(String).join('.') ?? '';
  throw new ChainError('RPC_MALFORMED', `${path} of the facts`, matched.cause);
}

function agreed(all: readonly ChainFacts[], hosts: readonly string[]): ChainFacts {
  const [first, second] = all;
  if (first === undefined) throw new TypeError('at least one provider is needed');
  const difference = second && findFirstDifference(first, second);
  if (difference === undefined) return first;
  throw new ChainError('RPC_DISAGREE', `${difference} (${hosts.join(' and ')})`);
}
