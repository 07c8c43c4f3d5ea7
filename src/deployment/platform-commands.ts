/**
 * The commands that deploy a rendered file, for the version of each tool that they were read for.
 */
import { DATABASE_ADDRESS, KILL_SWITCH } from '../../attestation/application/environment-names.js';
import type { Platform } from '../../attestation/policy/policy.js';
import { DeploymentError, type OperatorFile } from './operator-file.js';

/** The version of Phala's tool for which the commands were read and are run by a test. */
export const PHALA_VERSION = '1.1.18';

const PHALA = `npx phala@${PHALA_VERSION}`;
const PHALA_FLAGS = '--no-dev-os --no-public-logs --no-public-sysinfo';
// The tool takes the key of the contract's owner from its command line alone.
const PHALA_CHAIN = '--private-key "$PRIVATE_KEY" --rpc-url "$ETH_RPC_URL"';

/**
 * The names that Phala's tool accepts: 5 to 63 characters, no hyphen at the end, no two in a row.
 */
const PHALA_NAME = /^(?!.*--)[a-z][a-z0-9-]{3,61}[a-z0-9]$/;

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
  if (!PHALA_NAME.test(operator.name)) {
    throw new DeploymentError(
      `Phala Cloud refuses the name ${operator.name}: it takes 5 to 63 letters, digits, and single hyphens`,
    );
  }
  const file = `-c docker-compose.yml${script(operator)} ${environment('on', isShared)}`;
  return [
    '# First deployment:',
    `${PHALA} deploy -n ${operator.name} ${file} --kms base --fs zfs ${PHALA_FLAGS} ${PHALA_CHAIN}`,
    '# The file that the platform composed, before anyone relies on it:',
    'npm run deployment -- lint shown.json --policy policy.json',
    '# Upgrade: prints the hash to propose, and changes nothing:',
    `${PHALA} deploy --cvm-id CVM_ID ${file} ${PHALA_FLAGS} --prepare-only`,
    '# Upgrade, after the owner of the contract has allowed the hash:',
    `${PHALA} deploy --cvm-id CVM_ID --commit --token TOKEN --transaction-hash TRANSACTION`,
    '# Stop provisioning. The names of the values stay, and so does the hash:',
    `${PHALA} envs update CVM_ID ${environment('off', isShared)}`,
    `${PHALA} cvms restart CVM_ID`,
  ];
}

function vmmCommands({ name, appId }: OperatorFile, isShared: boolean): readonly string[] {
  const secrets = isShared ? ' --env-file FILE' : '';
  const application = appId === undefined ? '' : ` --app-id ${appId}`;
  const names = isShared ? `${KILL_SWITCH}=off and ${DATABASE_ADDRESS}` : `${KILL_SWITCH}=off`;
  return [
    '# First deployment. The tool takes the file unchanged:',
    `./vmm-cli.py deploy --name ${name} --image IMAGE --compose app-compose.json --vcpu 2 --memory 4G --disk 20G --kms-url URL${application}${secrets}`,
    '# Upgrade, after the owner of the contract has allowed the hash:',
    './vmm-cli.py update-app-compose VM_ID app-compose.json',
    `# Stop provisioning. FILE has ${names}, in this order and nothing else:`,
    '# with other names, the tool writes another app-compose file, which has another hash.',
    './vmm-cli.py update-env VM_ID --env-file FILE --kms-url URL',
  ];
}

/**
 * Returns the text of `commands.txt`: each command below a comment that says what it does. With a
 * shared database, its address is one of the values that the tools encrypt. Throws a
 * DeploymentError for a name that the platform refuses.
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
