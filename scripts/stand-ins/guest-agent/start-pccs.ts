/**
 * Serves one platform family's collateral as a provisioning cache (PCCS, API version 4) on
 * loopback.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Collateral } from './pki/mint-pki.js';

export type PccsFault = 'status-500' | 'hang' | 'garbage' | 'oversized';

export type Pccs = {
  readonly url: string;
  setFault(fault?: PccsFault): void;
  close(): Promise<void>;
};

type Page = { readonly body: string | Buffer; readonly chain?: readonly [string, string] };

function pageFor(url: URL, collateral: Collateral): Page | undefined {
  const member = (name: string): string => collateral[name] ?? '';
  switch (url.pathname) {
    case '/sgx/certification/v4/pckcrl':
      return {
        body: Buffer.from(member('pck_crl'), 'hex'),
        chain: ['SGX-PCK-CRL-Issuer-Chain', member('pck_crl_issuer_chain')],
      };
    case '/sgx/certification/v4/rootcacrl':
      return { body: member('root_ca_crl') };
    case '/tdx/certification/v4/tcb': {
      const { fmspc } = JSON.parse(member('tcb_info')) as { fmspc: string };
      if (url.searchParams.get('fmspc') !== fmspc) return undefined;
      return {
        body: `{"tcbInfo":${member('tcb_info')},"signature":"${member('tcb_info_signature')}"}`,
        chain: ['TCB-Info-Issuer-Chain', member('tcb_info_issuer_chain')],
      };
    }
    case '/tdx/certification/v4/qe/identity':
      return {
        body: `{"enclaveIdentity":${member('qe_identity')},"signature":"${member('qe_identity_signature')}"}`,
        chain: ['SGX-Enclave-Identity-Issuer-Chain', member('qe_identity_issuer_chain')],
      };
    default:
      return undefined;
  }
}

export async function startPccs(collateral: Collateral, port = 0): Promise<Pccs> {
  let fault: PccsFault | undefined;
  const server = createServer((request, response) => {
    if (fault === 'hang') return;
    const page = pageFor(new URL(request.url ?? '/', 'http://pccs'), collateral);
    if (page === undefined || fault === 'status-500') {
      response.writeHead(page === undefined ? 404 : 500).end();
      return;
    }
    const { chain } = page;
    const headers = chain === undefined ? {} : { [chain[0]]: encodeURIComponent(chain[1]) };
    response.writeHead(200, headers);
    if (fault === 'garbage') response.end('{"tcbInfo":');
    else if (fault === 'oversized') response.end(Buffer.alloc(3 * 1024 * 1024, 0x30));
    else response.end(page.body);
  });
  await new Promise<void>((done) => void server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setFault: (next) => {
      fault = next;
    },
    close: async () => {
      const closed = new Promise<void>((done) => void server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}
