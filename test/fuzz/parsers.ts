/**
 * Every parser of bytes and texts from outside, with an input that it takes and with what it may
 * throw.
 */
import { readFileSync } from 'node:fs';
import { limitOf } from '../../attestation/channel/caa-limit.js';
import { EvidenceError } from '../../attestation/check.js';
import { StrictJsonError, parseStrictJson } from '../../attestation/application/strict-json.js';
import { parseAppCompose } from '../../attestation/application/app-compose.js';
import { parseComposeYaml } from '../../attestation/application/lint-yaml.js';
import { parseBundle } from '../../attestation/bundle.js';
import { parseInvocation, parseTime, UsageError } from '../../attestation/command/options.js';
import { parseChain } from '../../attestation/evidence/certificates.js';
import { parseCollateral } from '../../attestation/evidence/collateral.js';
import { parseCrl } from '../../attestation/evidence/crl.js';
import { decodeBoolean, decodeOid, decodeUnsigned } from '../../attestation/evidence/der.js';
import { parseEventLog } from '../../attestation/evidence/event-log.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { parsePartial } from '../../attestation/governance/chain/partial-file.js';
import { parseReply } from '../../attestation/governance/chain/rpc.js';
import { parseMeasurement } from '../../attestation/image/image-witness.js';
import { parseKnownImages } from '../../attestation/image/known-images.js';
import { parseProvenanceBundle } from '../../attestation/provenance/provenance-bundle.js';
import { parseStatement } from '../../attestation/schema/statement.js';
import { parseTestRoot } from '../../attestation/trusted-roots.js';
import {
  parseBatchGet,
  parseDelegated,
  parseDescriptor,
  parseInfo,
  parsePeer,
  parseSqlBatch,
  parseSqlRows,
  parseWritten,
} from '../../src/bootstrap/node-replies.js';
import type { NodeReply } from '../../src/bootstrap/node-transport.js';
import { ServiceError } from '../../src/errors.js';
import { parseAddress, parseLowerCaseAddress } from '../../src/protocol/address.js';
import { decodeBase64url, encodeBase64url } from '../../src/protocol/base64url.js';
import { decodeUtf8, parseHex, utf8 } from '../../src/protocol/bytes.js';
import { decodeCacao, decodeDelegation, encodeCacao } from '../../src/protocol/cacao.js';
import { cidOf, parseCid } from '../../src/protocol/cid.js';
import {
  parseChainId,
  parseKeyDid,
  parseVerificationMethod,
  parseWalletDid,
} from '../../src/protocol/did.js';
import { parseNetworkId } from '../../src/protocol/network-id.js';
import { parseRecapRequest, parseRecapUrn } from '../../src/protocol/recap.js';
import { findResource, parseResource } from '../../src/protocol/resource.js';
import { parseSiweMessage } from '../../src/protocol/siwe-message.js';
import { parseSpaceId } from '../../src/protocol/space-id.js';
import { isTimestamp } from '../../src/protocol/timestamp.js';
import { verifyInvocation } from '../../src/protocol/ucan.js';
import { isDomain, isUri } from '../../src/protocol/uri.js';
import { parseSignatureBytes, parseWalletSignature } from '../../src/protocol/wallet-signature.js';
import { parseClientData } from '../../src/sign-in/passkey-client-data.js';
import { parseSessionToken } from '../../src/sign-in/session-token.js';
import {
  readBootstrap,
  readConnected,
  readHello,
  readProgress,
  readRequest,
  readSigned,
  readWidgetMessage,
} from '../../src/wire/read-message.js';
import { readVectors } from '../protocol/vectors.js';

/** What a parser may throw; nothing at all for one whose answer says that the input is none. */
export type Thrown = 'nothing' | (new (...args: never) => Error);

export type Parser = { readonly name: string; readonly throws: Thrown } & (
  | { readonly takes: 'text'; readonly good: string; readonly parse: (text: string) => unknown }
  | {
      readonly takes: 'bytes';
      readonly good: Uint8Array;
      readonly parse: (bytes: Uint8Array) => unknown;
    }
  | { readonly takes: 'json'; readonly good: unknown; readonly parse: (value: unknown) => unknown }
);

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

type Vectors = Readonly<Record<'session' | 'host', { readonly siwe: string }>> &
  Readonly<Record<'did' | 'vm', string>>;
const VECTORS = readVectors('tinycloud/protocol-vectors.json') as Vectors;
const SIWE = VECTORS.session.siwe;
const ADDRESS = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const SPACE = `tinycloud:pkh:eip155:1:${ADDRESS}:default`;
const NETWORK = `urn:tinycloud:encryption:did:pkh:eip155:1:${ADDRESS}:default`;
const CACAO = encodeCacao({ message: parseSiweMessage(SIWE), signature: new Uint8Array(65) });
const INVOCATION = /(?:"|Bearer )(eyJ[\w-]+\.[\w-]+\.[\w-]+)"/.exec(
  read('test/vectors/tinycloud/fresh-bootstrap.jsonl'),
)?.[1];

const CAA_ACCOUNT = 'https://acme.example/acct/1';
const SAMPLE = read('attestation/samples/simulated.json');
const DOCUMENT = JSON.parse(SAMPLE) as {
  readonly statement: string;
  readonly quote: string;
  readonly event_log: string;
  readonly app_compose: string;
  readonly collateral: Readonly<Record<string, string>>;
};
const { collateral } = DOCUMENT;
const COMPOSE = (JSON.parse(DOCUMENT.app_compose) as { readonly docker_compose_file: string })
  .docker_compose_file;
const { vm_config: VM_CONFIG } = JSON.parse(
  read('test/vectors/attestation/dstack-0.6.0-image.json'),
) as { readonly vm_config: string };
const { tdx_measurement: WITNESS } = JSON.parse(VM_CONFIG) as {
  readonly tdx_measurement: { readonly measurement: string };
};
const MEASUREMENT = new Uint8Array(Buffer.from(WITNESS.measurement, 'base64'));
const CHECK = 'collateral.format';
const CLIENT_DATA = { type: 'webauthn.get', challenge: 'AAAA', origin: 'https://a.example' };
const BOOTSTRAP = { status: 'complete', state: 'complete' };

const text = (
  name: string,
  throws: Thrown,
  good: string,
  parse: (input: string) => unknown,
): Parser => ({ name, throws, good, parse, takes: 'text' });
const bytes = (
  name: string,
  throws: Thrown,
  good: Uint8Array,
  parse: (input: Uint8Array) => unknown,
): Parser => ({ name, throws, good, parse, takes: 'bytes' });
const json = (
  name: string,
  throws: Thrown,
  good: unknown,
  parse: (input: unknown) => unknown,
): Parser => ({
  name,
  throws,
  good,
  parse,
  takes: 'json',
});
const buffer = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** A parser of what a node answers, tried with the JSON of a reply. */
const reply = (
  name: string,
  good: unknown,
  parse: (reply: NodeReply) => unknown,
  contentType = 'application/json',
): Parser =>
  json(name, ServiceError, good, (value) => {
    const body = utf8(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
    return (
      parse({ status: 200, contentType, retryAfterMs: undefined, dateMs: undefined, body }) ??
      'taken'
    );
  });

const CID = cidOf(utf8('wax'));
const DESCRIPTOR = {
  networkId: NETWORK,
  ownerDid: 'x',
  name: 'default',
  members: [{ nodeId: VECTORS.did }],
  threshold: { n: 1, t: 1 },
  state: 'active',
  publicEncryptionKey: 'x',
  alg: 'x',
};

const PARTIAL = [
  {
    version: 1,
    rpc_host: 'x',
    chain_id: 1,
    app: ADDRESS.toLowerCase(),
    kms: null,
    block: {
      number: 9,
      hash: '1'.repeat(64),
      time: '2026-03-01T12:00:00Z',
      finality: 'latest',
    },
  },
  {
    address: ADDRESS.toLowerCase(),
    from: 1,
    to: 9,
    entries: [
      {
        block: 2,
        block_hash: '2'.repeat(64),
        index: 0,
        topics: [],
        data: '0x',
      },
    ],
  },
]
  .map((line) => JSON.stringify(line))
  .join('\n');

export const PARSERS: readonly Parser[] = [
  reply('parseInfo', { protocol: 1, nodeId: VECTORS.did }, parseInfo),
  reply('parsePeer', VECTORS.did, parsePeer, 'text/plain'),
  reply('parseDelegated', { cid: CID, activated: [SPACE], skipped: [] }, (each) =>
    parseDelegated(each, CID, [SPACE]),
  ),
  reply('parseSqlBatch', { results: [{ changes: 1 }] }, (each) => parseSqlBatch(each, 1)),
  reply('parseSqlRows', { columns: ['a'], rowCount: 1, rows: [[1]] }, parseSqlRows),
  reply('parseWritten', { written: ['a'], count: 1 }, (each) => parseWritten(each, ['a'])),
  reply('parseBatchGet', { results: [{ key: 'a', ok: true, dataBase64: 'eA==' }] }, (each) =>
    parseBatchGet(each, ['a']),
  ),
  reply('parseDescriptor', { descriptor: DESCRIPTOR }, parseDescriptor),
  text('parseAddress', ServiceError, ADDRESS, parseAddress),
  text('parseLowerCaseAddress', ServiceError, ADDRESS.toLowerCase(), parseLowerCaseAddress),
  text('decodeBase64url', ServiceError, 'AAEC', decodeBase64url),
  bytes('decodeUtf8', 'nothing', utf8('wax'), decodeUtf8),
  text('parseHex', TypeError, '00ff', parseHex),
  bytes('decodeCacao', ServiceError, CACAO, decodeCacao),
  text('decodeDelegation', ServiceError, encodeBase64url(CACAO, 'required'), decodeDelegation),
  text('parseCid', ServiceError, cidOf(utf8('wax')), parseCid),
  text('parseChainId', 'nothing', '1', parseChainId),
  text('parseWalletDid', ServiceError, `did:pkh:eip155:1:${ADDRESS}`, parseWalletDid),
  text('parseKeyDid', ServiceError, VECTORS.did, parseKeyDid),
  text('parseVerificationMethod', ServiceError, VECTORS.vm, parseVerificationMethod),
  text('parseNetworkId', ServiceError, NETWORK, parseNetworkId),
  text('parseResource', ServiceError, `${SPACE}/kv/a/b`, parseResource),
  text('findResource', 'nothing', `${SPACE}/kv`, findResource),
  text('parseRecapUrn', ServiceError, /urn:recap:\S+/.exec(SIWE)?.[0] ?? '', parseRecapUrn),
  text('parseRecapRequest', ServiceError, SIWE, parseRecapRequest),
  text('parseSiweMessage', ServiceError, VECTORS.host.siwe, parseSiweMessage),
  text('parseSpaceId', ServiceError, SPACE, parseSpaceId),
  text('isTimestamp', 'nothing', '2026-03-01T12:00:00.000Z', isTimestamp),
  text('isUri', 'nothing', 'https://a.example/x?y#z', isUri),
  text('isDomain', 'nothing', 'app.example:5173', isDomain),
  text('verifyInvocation', ServiceError, INVOCATION ?? '', verifyInvocation),
  text('parseSignatureBytes', ServiceError, `0x${'11'.repeat(64)}1b`, parseSignatureBytes),
  text('parseWalletSignature', ServiceError, `0x${'11'.repeat(64)}1b`, parseWalletSignature),
  text(
    'parseClientData',
    ServiceError,
    encodeBase64url(utf8(JSON.stringify(CLIENT_DATA))),
    parseClientData,
  ),
  text('parseSessionToken', 'nothing', `swt_${'a'.repeat(100)}`, parseSessionToken),
  json('readHello', 'nothing', { type: 'sealwright/hello', version: 1 }, readHello),
  json('readRequest', 'nothing', { id: 1, method: 'connect' }, readRequest),
  json(
    'readWidgetMessage',
    'nothing',
    { type: 'ready', version: 1, chainId: 1 },
    readWidgetMessage,
  ),
  json('readConnected', 'nothing', { address: ADDRESS, chainId: 1 }, readConnected),
  json('readBootstrap', 'nothing', BOOTSTRAP, readBootstrap),
  json(
    'readSigned',
    'nothing',
    { signature: `0x${'1'.repeat(130)}`, address: ADDRESS, tinycloudBootstrap: BOOTSTRAP },
    readSigned,
  ),
  json('readProgress', 'nothing', { status: 'pending', done: 1, total: 20 }, readProgress),
  bytes('parseReply', 'nothing', utf8('{"jsonrpc":"2.0","id":1,"result":["0x1"]}'), parseReply),
  text('parsePartial', 'nothing', PARTIAL, parsePartial),
  text('parseBundle', EvidenceError, SAMPLE, parseBundle),
  text('parseStatement', EvidenceError, DOCUMENT.statement, parseStatement),
  text('limitOf', 'nothing', `ca.example; accounturi=${CAA_ACCOUNT}`, (value) =>
    limitOf(
      {
        name: 'a.b',
        alias: null,
        own: { at: 'a.b', records: [{ tag: 'issue', value }] },
        parent: null,
      },
      CAA_ACCOUNT,
    ),
  ),
  text('parseStrictJson', StrictJsonError, '{"a":[1,{"b":null}]}', (input) =>
    parseStrictJson(input, { maxBytes: 65_536, maxDepth: 32 }),
  ),
  bytes('parseAppCompose', 'nothing', utf8(DOCUMENT.app_compose), parseAppCompose),
  text('parseComposeYaml', 'nothing', COMPOSE, parseComposeYaml),
  bytes('parseQuote', EvidenceError, buffer(DOCUMENT.quote), parseQuote),
  text('parseEventLog', EvidenceError, DOCUMENT.event_log, parseEventLog),
  json('parseCollateral', EvidenceError, collateral, parseCollateral),
  text('parseChain', EvidenceError, collateral['tcb_info_issuer_chain'] ?? '', (input) =>
    parseChain(input, CHECK, 2),
  ),
  bytes('parseCrl', EvidenceError, buffer(collateral['root_ca_crl'] ?? ''), (input) =>
    parseCrl(input, CHECK),
  ),
  bytes('decodeUnsigned', EvidenceError, Uint8Array.of(1, 2), (input) =>
    decodeUnsigned(input, CHECK),
  ),
  bytes('decodeBoolean', EvidenceError, Uint8Array.of(0xff), (input) =>
    decodeBoolean(input, CHECK),
  ),
  bytes('decodeOid', EvidenceError, Uint8Array.of(0x2a, 0x86, 0x48), (input) =>
    decodeOid(input, CHECK),
  ),
  text(
    'parseKnownImages',
    TypeError,
    read('attestation/image/known-images.json'),
    parseKnownImages,
  ),
  bytes('parseMeasurement', EvidenceError, MEASUREMENT, parseMeasurement),
  text(
    'parseTestRoot',
    TypeError,
    read('attestation/trusted-roots/sealwright-test-root.pem'),
    parseTestRoot,
  ),
  text(
    'parseProvenanceBundle',
    EvidenceError,
    read('test/vectors/sigstore/sigstore-js-2.2.0.bundle.json'),
    parseProvenanceBundle,
  ),
  text('parseTime', UsageError, '2026-03-01', parseTime),
  text('parseInvocation', UsageError, 'verify evidence.json --offline', (input) =>
    parseInvocation(input.split(' ')),
  ),
];
