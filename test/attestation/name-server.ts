/** A name server on loopback with a few records, for tests of what is looked up in the DNS. */
import { createSocket } from 'node:dgram';

/** The wire format of a name, and of a record of a reply to the first question. */
export const label = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)])),
    Buffer.from([0]),
  ]);
export function recordOf(owner: string, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(60, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([label(owner), fixed, data]);
}
export const caaData = (flags: number, tag: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([flags, tag.length]), Buffer.from(tag), Buffer.from(value)]);

/** Types of records. */
export const CNAME = 5;
export const CAA = 257;

/**
 * Starts a name server that has the records of each `name type`, or fails. Other names do not
 * exist. Returns its address and port.
 */
export async function startNameServer(
  teardown: (work: () => Promise<void>) => void,
  answers: Readonly<Record<string, readonly Buffer[] | 'failure'>>,
): Promise<string> {
  const server = createSocket('udp4');
  server.on('message', (query, peer) => {
    let [at, name] = [12, ''];
    while (query[at] !== 0) {
      const length = query[at] ?? 0;
      name += `${name === '' ? '' : '.'}${query.toString('latin1', at + 1, at + 1 + length)}`;
      at += length + 1;
    }
    const question = query.subarray(12, at + 5);
    const answer = answers[`${name.toLowerCase()} ${query.readUInt16BE(at + 1)}`];
    const records = answer === undefined || answer === 'failure' ? [] : answer;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    const code = answer === 'failure' ? 2 : answer === undefined ? 3 : 0;
    head.writeUInt16BE(0x8180 + code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    server.send(Buffer.concat([head, question, ...records]), peer.port, peer.address);
  });
  await new Promise<void>((done) => void server.bind(0, '127.0.0.1', done));
  teardown(() => new Promise<void>((done) => void server.close(() => done())));
  const { port } = server.address();
  return `127.0.0.1:${port}`;
}
