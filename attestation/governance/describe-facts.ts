/** Says in words what facts of a chain show, and who can have lied about them. */
import type { ChainFacts, Controller, Rule } from './facts.js';

/** Returns the values that are allowed now. */
export const allowedOf = (rules: readonly Rule[]): readonly string[] =>
  rules.filter(({ allowed }) => allowed).map(({ value }) => value);

function describeController(controller: Controller): string {
  switch (controller.kind) {
    case 'account': {
      const { address, delegates_to: to } = controller;
      return to === null ? `account ${address}` : `account ${address}, which delegates to ${to}`;
    }
    case 'safe': {
      const { address, threshold, owners, modules } = controller;
      const without = modules.length === 0 ? '' : `, ${modules.length} modules without signatures`;
      return `Safe ${address} (${threshold} of ${owners.length}${without})`;
    }
    case 'timelock':
      return `timelock ${controller.address} (${controller.delay_s} s)`;
    case 'contract':
      return `contract ${controller.address}`;
  }
}

/** Returns one sentence about the facts. */
export function describeFacts({ source, app, kms }: ChainFacts): string {
  const { chain_id: chain, block, rpc_hosts: hosts } = source;
  const devices = app.any_device ? 'any device' : `${allowedOf(app.devices).length} devices`;
  const hashes = `${allowedOf(app.compose_hashes).length} compose hashes now, ${app.compose_hashes.length} ever`;
  const about = [
    `owner ${describeController(app.owner)}`,
    ...(app.pending_owner === null ? [] : [`${app.pending_owner} may take over`]),
    `upgrades by ${app.proxy.may_upgrade}`,
    hashes,
    devices,
    ...(kms === undefined ? [] : [`KMS owner ${describeController(kms.owner)}`]),
  ];
  return `${about.join(', ')}; chain ${chain}, block ${block.number} (${block.finality}, ${block.time}), told by ${hosts.join(' and ')}`;
}

/** Returns what a reader must know about the source of the facts. */
export function describeProviders({ source, kms }: ChainFacts): readonly string[] {
  const { block, rpc_hosts: hosts } = source;
  const alone = `One RPC provider (${hosts[0]}) told the facts of governance. It can hide a compose hash that was allowed, and say anything about owner, devices, and KMS. A second one (--rpc) must agree.`;
  return [
    ...(hosts.length === 1 ? [alone] : []),
    ...(block.finality === 'latest'
      ? ['The chain has no finalized block, so the facts of governance may still be replaced.']
      : []),
    ...(kms === undefined
      ? ['The contract of the KMS was not read (--kms). Its owner can give the keys to other code.']
      : []),
  ];
}
