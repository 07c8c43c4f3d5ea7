/** Tests the fetching of collateral from caches that differ, and from Intel's own service. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import {
  collateralServiceOf,
  INTEL_SERVICE,
} from '../../attestation/collect/collateral-service.js';
import { fetchCollateral } from '../../attestation/collect/fetch-collateral.js';

const SIGNATURE = 'ab'.repeat(64);
const FAMILY = { fmspc: 'B0C06F000000', ca: 'platform' } as const;
const NOW = { nowMs: Date.UTC(2026, 7, 13) };
const V4 = '/certification/v4';

type Reply = { readonly body: string; readonly headers?: Readonly<Record<string, string>> };
type Replies = Readonly<Record<string, Reply | undefined>>;

const chain = (name: string): Readonly<Record<string, string>> => ({
  [name]: encodeURIComponent(`${name}\n`),
});
const REPLIES: Replies = {
  [`/sgx${V4}/pckcrl`]: { body: 'pck list', headers: chain('SGX-PCK-CRL-Issuer-Chain') },
  [`/sgx${V4}/rootcacrl`]: { body: 'ABCD' },
  [`/tdx${V4}/tcb`]: {
    body: `{"tcbInfo":{"a":1},"signature":"${SIGNATURE}"}`,
    headers: chain('TCB-Info-Issuer-Chain'),
  },
  [`/tdx${V4}/qe/identity`]: {
    body: `{"enclaveIdentity":{"b":2},"signature":"${SIGNATURE}"}`,
    headers: chain('SGX-Enclave-Identity-Issuer-Chain'),
  },
};

async function startCache(t: ExecutionContext, changes: Replies = {}): Promise<string> {
  const replies = { ...REPLIES, ...changes };
  const server = createServer((request, response) => {
    const reply = replies[new URL(request.url ?? '/', 'http://cache').pathname];
    response.writeHead(reply === undefined ? 404 : 200, reply?.headers);
    response.end(reply?.body);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a cache is asked for each part, and the signed texts are kept byte for byte', async (t) => {
  const url = await startCache(t);
  const collateral = await fetchCollateral(collateralServiceOf(`${url}/`), FAMILY, NOW);
  t.like(collateral, {
    root_ca_crl: 'abcd',
    pck_crl: Buffer.from('pck list').toString('hex'),
    tcb_info: '{"a":1}',
    qe_identity: '{"b":2}',
    tcb_info_issuer_chain: 'TCB-Info-Issuer-Chain\n',
  });
});

test('the chain of the TCB information is read from the earlier header name as well', async (t) => {
  const { body } = REPLIES[`/tdx${V4}/tcb`] ?? { body: '' };
  const headers = chain('SGX-TCB-Info-Issuer-Chain');
  const url = await startCache(t, { [`/tdx${V4}/tcb`]: { body, headers } });
  const collateral = await fetchCollateral(collateralServiceOf(url), FAMILY, NOW);
  t.is(collateral['tcb_info_issuer_chain'], 'SGX-TCB-Info-Issuer-Chain\n');
});

const HEADERS = [
  [`/tdx${V4}/tcb`, 'TCB-Info-Issuer-Chain or SGX-TCB-Info-Issuer-Chain'],
  [`/tdx${V4}/qe/identity`, 'SGX-Enclave-Identity-Issuer-Chain'],
  [`/sgx${V4}/pckcrl`, 'SGX-PCK-CRL-Issuer-Chain'],
] as const;
for (const [path, name] of HEADERS) {
  test(`a reply without the header ${name} is an error that names it`, async (t) => {
    const { body } = REPLIES[path] ?? { body: '' };
    const url = await startCache(t, { [path]: { body } });
    await t.throwsAsync(fetchCollateral(collateralServiceOf(url), FAMILY, NOW), {
      message: `the reply has no header ${name}`,
    });
  });
}

test("the root's list is fetched from where the service publishes it", async (t) => {
  const elsewhere = await startCache(t, { '/IntelSGXRootCA.der': { body: 'DER of the list' } });
  const baseUrl = await startCache(t, { [`/sgx${V4}/rootcacrl`]: undefined });
  const service = { baseUrl, rootCrlUrl: `${elsewhere}/IntelSGXRootCA.der` };
  const collateral = await fetchCollateral(service, FAMILY, NOW);
  t.is(collateral['root_ca_crl'], Buffer.from('DER of the list').toString('hex'));
  await t.throwsAsync(fetchCollateral(collateralServiceOf(baseUrl), FAMILY, NOW), {
    message: `/sgx${V4}/rootcacrl answered 404`,
  });
});

test("Intel's own service is known by name and by host, with the root's list on its other host", (t) => {
  t.is(collateralServiceOf('intel'), INTEL_SERVICE);
  t.is(collateralServiceOf('https://api.trustedservices.intel.com/'), INTEL_SERVICE);
  t.is(new URL(INTEL_SERVICE.rootCrlUrl).hostname, 'certificates.trustedservices.intel.com');
  t.not(collateralServiceOf('https://api.trustedservices.intel.com.example'), INTEL_SERVICE);
  t.throws(() => collateralServiceOf('Intel'), { instanceOf: TypeError });
});
