/** One request to the TinyCloud node. `path` begins with a slash. */
export type NodeRequest = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The time limit from the call to the last byte of the reply. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
};

/** The reply of the node. */
export type NodeReply = {
  readonly status: number;
  readonly contentType: string | undefined;
  /** From the `Retry-After` header, at most one minute. */
  readonly retryAfterMs: number | undefined;
  /** The time in the `Date` header, in milliseconds since 1970. */
  readonly dateMs: number | undefined;
  /** At most 64 KiB. */
  readonly body: Uint8Array;
};

/**
 * Sends requests to one node, always to the same origin. This is a port.
 *
 * The transport does not trust the node: it follows no redirect, keeps no cookie and rejects
 * replies that are too large. Rejects ERR_NODE_UNAVAILABLE, ERR_NODE_TIMEOUT, ERR_NODE_REDIRECT,
 * ERR_NODE_REPLY_TOO_LARGE or ERR_NODE_ABORTED.
 */
export type NodeTransport = {
  send(request: NodeRequest): Promise<NodeReply>;
  close(): Promise<void>;
};
