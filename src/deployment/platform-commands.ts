/** The commands that deploy a rendered file, for the version of each tool that they were read for. */
import { DATABASE_ADDRESS, KILL_SWITCH } from '../../attestation/application/environment-names.js';
import type { Platform } from '../../attestation/policy/policy.js';
import type { OperatorFile } from './operator-file.js';

const PHALA = 'npx phala@1.1.18 deploy';
const PHALA_FLAGS = '--no-dev-os --no-public-logs --no-public-sysinfo';
const PHALA_CHAIN = '--private-key KEY --rpc-url URL';

/**
 * Phala's tool lists the names of `-e` as allowed_envs, which are measured. So every command names
 * the kill switch and, with a shared database, its address, and their values can change without
 * another hash.
 */
const environment = (value: 'on' | 'off', isShared: boolean): string =>
  `-e ${KILL_SWITCH}=${value}${isShared ? ` -e ${DATABASE_ADDRESS}="$${DATABASE_ADDRESS}"` : ''}`;

const script = ({ preLaunchScript }: OperatorFile): string =>
  preLaunchScript === undefined ? '' : ' --pre-launch-script pre-launch.sh';

function phalaCommands(operator: OperatorFile, isShared: boolean): readonly string[] {
  const file = `-c docker-compose.yml${script(operator)} ${environment('on', isShared)}`;
  return [
    '# First deployment:',
    `${PHALA} -n ${operator.name} ${file} --kms base --fs zfs ${PHALA_FLAGS} ${PHALA_CHAIN}`,
    '# The file that the platform composed, before anyone relies on it:',
    'npm run deployment -- lint shown.json --policy policy.json',
    '# Upgrade: prints the hash to propose, and changes nothing:',
    `${PHALA} --cvm-id ID ${file} ${PHALA_FLAGS} --prepare-only`,
    '# Upgrade, after the owner of the contract has allowed the hash:',
    `${PHALA} --cvm-id ID --commit --token TOKEN --transaction-hash HASH`,
    '# Stop provisioning, with the same hash:',
    `${PHALA} --cvm-id ID -c docker-compose.yml${script(operator)} ${environment('off', isShared)} ${PHALA_FLAGS}`,
  ];
}

function vmmCommands({ name }: OperatorFile, isShared: boolean): readonly string[] {
  const secrets = isShared ? ' --env-file FILE' : '';
  return [
    '# First deployment. The tool takes the file unchanged:',
    `./vmm-cli.py deploy --name ${name} --image IMAGE --compose app-compose.json --vcpu 2 --memory 4G --disk 20G --kms-url URL${secrets}`,
    '# Upgrade, after the owner of the contract has allowed the hash:',
    './vmm-cli.py update-app-compose VM_ID app-compose.json',
  ];
}

/**
 * Returns the text of `commands.txt`: each command below a comment that says what it does. With a
 * shared database, its address is one of the values that the tools encrypt.
 */
export function renderCommands(
  platform: Platform,
  operator: OperatorFile,
  isShared: boolean,
): string {
  const commands = platform === 'phala-cloud' ? phalaCommands : vmmCommands;
  const lines = commands(operator, isShared);
  return `${lines.join('\n')}\n`;
}
