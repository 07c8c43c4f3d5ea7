/** An error as an agent reports it: 400 with `{"error"}`. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}
