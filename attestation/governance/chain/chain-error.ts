/** Why facts could not be read from a chain, by a stable code. */
export const CHAIN_ERRORS = {
  RPC_NO_ANSWER: 'The RPC provider did not answer. Try again, or use another one.',
  RPC_REFUSED: 'The RPC provider refused a call. Use one that serves it.',
  RPC_TOO_LARGE: 'An answer is larger than the limit.',
  RPC_MALFORMED: 'An answer does not have the form of the JSON-RPC of Ethereum.',
  RPC_CONTRADICTS_ITSELF: 'Two answers of the RPC provider contradict each other. Do not use it.',
  RPC_OMITS_EVENTS: 'The events of the RPC provider do not lead to the state. Do not use it.',
  RPC_DISAGREE: 'The two RPC providers do not tell the same facts. At least one is wrong.',
  CHAIN_NO_CONTRACT: 'The address has no contract of this kind. Check address and chain.',
} as const;

/** A code of CHAIN_ERRORS. */
export type ChainErrorCode = keyof typeof CHAIN_ERRORS;

/** Facts could not be read. `message` begins with the code and contains no URL. */
export class ChainError extends Error {
  override readonly name = 'ChainError';
  readonly code: ChainErrorCode;

  constructor(code: ChainErrorCode, detail: string, cause?: unknown) {
    super(`${code}: ${detail}. ${CHAIN_ERRORS[code]}`, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
