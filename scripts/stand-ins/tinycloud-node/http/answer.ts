/** The response of a route. `content-length` is added when it is sent, unless it is set here. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

const NOTHING = new Uint8Array();

export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers, body: NOTHING };
}

export function bytesAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Answer {
  return { status, headers, body };
}

export function textAnswer(status: number, text: string): Answer {
  return bytesAnswer(status, { 'content-type': 'text/plain; charset=utf-8' }, Buffer.from(text));
}

/** Returns a response with JSON that is already serialized. */
export function jsonTextAnswer(
  json: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return bytesAnswer(status, { 'content-type': 'application/json', ...headers }, Buffer.from(json));
}

export function jsonAnswer(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return jsonTextAnswer(JSON.stringify(value), status, headers);
}
