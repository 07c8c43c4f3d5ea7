import { chainFactsSchema, type ChainFacts } from '../governance/facts.js';
import { describeFacts, describeProviders } from '../governance/describe-facts.js';
import { MAX_FILE_BYTES, save } from './files.js';
import type { Invocation } from './options.js';
import { readChainFacts } from './read-chain-facts.js';
import { UncheckableError } from './ask-service.js';

type Asked = Extract<Invocation, { readonly command: 'governance' }>;
type Output = {
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
};

/** Runs `governance`: reads the facts and writes them to the file, or prints them. */
export async function saveGovernance(asked: Asked, { write, complain }: Output): Promise<void> {
  const { rpcUrls, app, kms, output } = asked;
  const facts = await readChainFacts(
    { rpcUrls, app, kms },
    { progress: (line) => complain(`${line}\n`), partialPath: output },
  );
  complain([describeFacts(facts), ...describeProviders(facts), ''].join('\n'));
  const text = encodeFacts(facts);
  if (output === undefined) write(text);
  else await save(output, text);
}

function encodeFacts(facts: ChainFacts): string {
  const text = `${JSON.stringify(chainFactsSchema.parse(facts), null, 2)}\n`;
  if (Buffer.byteLength(text) <= MAX_FILE_BYTES) return text;
  throw new UncheckableError('RPC_TOO_LARGE: the facts are more than 8 MiB');
}
