/** One request to the TinyCloud node; `path` begins with a slash. */
export type NodeRequest = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** From the call to the last byte of the reply. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
};

export type NodeReply = {
  readonly status: number;
  readonly contentType: string | undefined;
  /** From `Retry-After`, at most a minute. */
  readonly retryAfterMs: number | undefined;
  /** At most 64 KiB. */
  readonly body: Uint8Array;
};

/**
 * The way to one node, the same origin for every request. PORT.
 *
 * Nothing a node sends is believed here: no redirect is followed, no cookie kept, a larger reply is refused. Rejects
 * ERR_NODE_UNAVAILABLE, ERR_NODE_TIMEOUT, ERR_NODE_REDIRECT, ERR_NODE_REPLY_TOO_LARGE or ERR_NODE_ABORTED.
 */
export type NodeTransport = {
  send(request: NodeRequest): Promise<NodeReply>;
  close(): Promise<void>;
};
