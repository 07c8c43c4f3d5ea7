/** An error in the form that an agent reports: 400 with `{"error"}`. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}
