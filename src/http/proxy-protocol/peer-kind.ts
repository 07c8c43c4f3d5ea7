/** Decides what a peer may say about the client of its connection. */
import { BlockList, isIP } from 'node:net';

/**
 * `machine`: this machine, such as its health check. `gateway`: a private address, from which
 * dstack's gateway connects. `stranger`: any other address.
 */
export type PeerKind = 'machine' | 'gateway' | 'stranger';

const machine = new BlockList();
machine.addSubnet('127.0.0.0', 8);
machine.addAddress('::1', 'ipv6');

const gateways = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  gateways.addSubnet(network, bits);
}
gateways.addSubnet('fc00::', 7, 'ipv6');

/** Returns the kind of a peer by the address of its socket. An unknown address is a stranger. */
export function peerKindOf(address: string | undefined): PeerKind {
  const version = isIP(address ?? '');
  if (address === undefined || version === 0) return 'stranger';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (machine.check(address, family)) return 'machine';
  return gateways.check(address, family) ? 'gateway' : 'stranger';
}
