import { bytesAnswer, jsonTextAnswer, type Answer } from './answer.js';

const REASONS = new Map<number, readonly [reason: string, sentence: string]>([
  [
    400,
    ['Bad Request', 'The request could not be understood by the server due to malformed syntax.'],
  ],
  [401, ['Unauthorized', 'The request requires user authentication.']],
  [404, ['Not Found', 'The requested resource could not be found.']],
  [
    413,
    ['Payload Too Large', 'The request is larger than the server is willing or able to process.'],
  ],
  [
    422,
    [
      'Unprocessable Entity',
      'The request was well-formed but was unable to be followed due to semantic errors.',
    ],
  ],
  [
    500,
    [
      'Internal Server Error',
      'The server encountered an internal error while processing this request.',
    ],
  ],
  [503, ['Service Unavailable', 'The server is currently unavailable.']],
]);

/** Returns the framework's own error page: HTML, or JSON if the client prefers it. */
export function defaultPage(status: number, accept: string | undefined): Answer {
  const [reason, sentence] = REASONS.get(status) ?? ['Unknown', 'An unknown error has occurred.'];
  if (prefersJson(accept)) {
    const error = { code: status, reason, description: sentence };
    return jsonTextAnswer(JSON.stringify({ error }, null, 2), status);
  }
  const html = page(status, reason, sentence);
  return bytesAnswer(status, { 'content-type': 'text/html; charset=utf-8' }, Buffer.from(html));
}

function page(status: number, reason: string, sentence: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="color-scheme" content="light dark">
    <title>${status} ${reason}</title>
</head>
<body align="center">
    <div role="main" align="center">
        <h1>${status}: ${reason}</h1>
        <p>${sentence}</p>
        <hr />
    </div>
    <div role="contentinfo" align="center">
        <small>Rocket</small>
    </div>
</body>
</html>`;
}

type Accepted = { readonly type: string; readonly weight: number | undefined };

/**
 * Chooses among the accepted types as Rocket does: by weight, where a missing weight is best, then
 * by how specific they are.
 */
function prefersJson(accept: string | undefined): boolean {
  const [first, ...others] = (accept ?? '').split(',').map(readAccepted);
  if (first === undefined) return false;
  let best = first;
  for (const other of others) {
    if (isPreferred(other, best)) best = other;
  }
  return best.type === 'application/json';
}

function readAccepted(text: string): Accepted {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((part) => part.startsWith('q='))?.slice(2);
  return { type, weight: weight === undefined ? undefined : Number(weight) };
}

function isPreferred(other: Accepted, best: Accepted): boolean {
  if (other.weight === undefined && best.weight !== undefined) return true;
  if ((other.weight ?? 0) > (best.weight ?? 1)) return true;
  return specificity(other.type) > specificity(best.type);
}

function specificity(type: string): number {
  return type.split('/').filter((part) => part !== '*').length;
}
