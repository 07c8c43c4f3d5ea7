/** The partial file of a run with one provider, if the run has one. */
import type { ChainBlock } from './find-block.js';
import {
  addToPartial,
  beginPartial,
  readPartial,
  removePartial,
  type Leftover,
  type PartialQuestion,
  type SavedPart,
} from './partial-file.js';

/** What is asked, except for the block. */
export type RunQuestion = Omit<PartialQuestion, 'block'>;

/** A run whose parts are saved. */
export type SavedRun = {
  /** The block of an earlier run that asked the same. */
  readonly block: ChainBlock | undefined;
  /** Decides on the block. Parts that were read at another block are dropped. */
  begin(block: ChainBlock): Promise<void>;
  /** Returns the parts of a contract that an earlier run read. */
  partsOf(address: string): readonly SavedPart[];
  save(part: SavedPart): Promise<void>;
  end(): Promise<void>;
};

/** Opens the run of a file, which continues what an earlier run with the same question left. */
export async function openSavedRun(
  path: string | undefined,
  question: RunQuestion,
): Promise<SavedRun> {
  const found = path === undefined ? undefined : await readPartial(path);
  const earlier = found !== undefined && isSame(found, question) ? found : undefined;
  let parts: readonly SavedPart[] = [];
  return {
    block: earlier?.question.block,
    begin: async (block) => {
      parts = earlier?.question.block.hash === block.hash ? earlier.parts : [];
      if (path !== undefined) await beginPartial(path, { question: { ...question, block }, parts });
    },
    partsOf: (address) => parts.filter((part) => part.address === address),
    save: async (part) => {
      if (path !== undefined) await addToPartial(path, part);
    },
    end: async () => {
      if (path !== undefined) await removePartial(path);
    },
  };
}

function isSame({ question: found }: Leftover, asked: RunQuestion): boolean {
  const names = ['version', 'rpc_host', 'chain_id', 'app', 'kms'] as const;
  return names.every((name) => found[name] === asked[name]);
}
