/**
 * The only error of the stand-in: a status and the exact text of the body. Without a text, the
 * response is the framework's default page for that status, as for everything that the real node's
 * request guards refuse.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly text: string | undefined;

  constructor(status: number, text?: string) {
    super(text ?? `default page ${status}`);
    this.name = 'Refusal';
    this.status = status;
    this.text = text;
  }
}

/** Returns the refusal of a header that cannot be decoded. The real node gives no reason for it. */
export function undecodable(): Refusal {
  return new Refusal(401);
}
