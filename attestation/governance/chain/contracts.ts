/** The functions and events that are read: dstack's contracts, and the usual kinds of owners. */
import { Interface } from 'ethers/abi';

/** ERC-1967, UUPS, and the ownership of OpenZeppelin. */
const UPGRADEABLE = [
  'function owner() view returns (address)',
  'function pendingOwner() view returns (address)',
  'function upgradeToAndCall(address, bytes) payable',
  'event Upgraded(address indexed implementation)',
  'event PolicyChanged(address indexed actor, bytes32 indexed policy, bytes32 indexed value, bool enabled)',
];

/** `DstackApp.sol`. */
export const APP = new Interface([
  ...UPGRADEABLE,
  'function allowedComposeHashes(bytes32) view returns (bool)',
  'function allowedDeviceIds(bytes32) view returns (bool)',
  'function allowAnyDevice() view returns (bool)',
  'function requireTcbUpToDate() view returns (bool)',
  'event ComposeHashAdded(bytes32 composeHash)',
  'event ComposeHashRemoved(bytes32 composeHash)',
  'event DeviceAdded(bytes32 deviceId)',
  'event DeviceRemoved(bytes32 deviceId)',
]);

/** `DstackKms.sol`. */
export const KMS = new Interface([
  ...UPGRADEABLE,
  'function kmsInfo() view returns (bytes k256Pubkey, bytes caPubkey, bytes quote, bytes eventlog)',
  'function gatewayAppId() view returns (string)',
  'function registeredApps(address) view returns (bool)',
  'function allowedOsImages(bytes32) view returns (bool)',
  'function kmsAllowedAggregatedMrs(bytes32) view returns (bool)',
  'function kmsAllowedDeviceIds(bytes32) view returns (bool)',
  'event KmsInfoSet(bytes k256Pubkey)',
  'event OsImageHashAdded(bytes32 osImageHash)',
  'event OsImageHashRemoved(bytes32 osImageHash)',
  'event KmsAggregatedMrAdded(bytes32 mrAggregated)',
  'event KmsAggregatedMrRemoved(bytes32 mrAggregated)',
  'event KmsDeviceAdded(bytes32 deviceId)',
  'event KmsDeviceRemoved(bytes32 deviceId)',
]);

/** A Safe, which acts when enough of its owners signed. */
export const SAFE = new Interface([
  'function getThreshold() view returns (uint256)',
  'function getOwners() view returns (address[])',
  'function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)',
]);

/** OpenZeppelin's TimelockController, which acts after a delay. */
export const TIMELOCK = new Interface(['function getMinDelay() view returns (uint256)']);
