/**
 * The baseline of the bench `sign`: Koa, a JSON body, one native hash over the message and one
 * native signature. It has no session, no policy and no state. It hashes with SHA3-256, which has
 * the same permutation as Keccak-256 and which node:crypto implements natively.
 */
import { createHash } from 'node:crypto';
import Koa from 'koa';
import { bodyParser } from '@koa/bodyparser';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import { hex } from '../../src/protocol/bytes.js';

const ecdsa = createSecp256k1Ecdsa();
const privateKey = new Uint8Array(32).fill(7);

const app = new Koa();
app.use(bodyParser());
app.use((ctx) => {
  const { message } = ctx.request.body as { readonly message: string };
  const digest = new Uint8Array(createHash('sha3-256').update(message).digest());
  ctx.body = { signature: `0x${hex(ecdsa.sign(digest, privateKey))}` };
});

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`listening http://127.0.0.1:${port}\n`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
