// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Contracts with the functions and events of dstack's that are read, and the kinds of owners. They
// keep the same state, and check only what the tests need.

bytes32 constant IMPLEMENTATION = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;

/// A proxy (ERC-1967).
contract Proxy {
    event Upgraded(address indexed implementation);

    constructor(address implementation, bytes memory call) {
        assembly {
            sstore(IMPLEMENTATION, implementation)
        }
        emit Upgraded(implementation);
        (bool done,) = implementation.delegatecall(call);
        require(done);
    }

    fallback() external payable {
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), sload(IMPLEMENTATION), 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch done
            case 0 { revert(0, returndatasize()) }
            default { return(0, returndatasize()) }
        }
    }
}

/// Ownership and upgrades.
abstract contract Owned {
    address public owner;
    address public pendingOwner;
    bool internal upgradesDisabled;

    event Upgraded(address indexed implementation);
    event PolicyChanged(address indexed actor, bytes32 indexed policy, bytes32 indexed value, bool enabled);

    modifier onlyOwner() {
        require(msg.sender == owner, "not the owner");
        _;
    }

    function give(address next) external {
        require(owner == address(0) || msg.sender == owner);
        owner = next;
    }

    function offer(address next) external onlyOwner {
        pendingOwner = next;
    }

    function disableUpgrades() external onlyOwner {
        upgradesDisabled = true;
    }

    function mayUpgrade() internal view virtual returns (bool) {
        return msg.sender == owner && !upgradesDisabled;
    }

    function upgradeToAndCall(address implementation, bytes calldata) external payable {
        require(mayUpgrade(), "no upgrade");
        assembly {
            sstore(IMPLEMENTATION, implementation)
        }
        emit Upgraded(implementation);
    }

    function policy(string memory name, bytes32 value, bool enabled) internal {
        emit PolicyChanged(msg.sender, keccak256(bytes(name)), value, enabled);
    }
}

/// The rules of an application.
contract App is Owned {
    mapping(bytes32 => bool) public allowedComposeHashes;
    mapping(bytes32 => bool) public allowedDeviceIds;
    bool public allowAnyDevice;
    bool public requireTcbUpToDate;

    event ComposeHashAdded(bytes32 composeHash);
    event ComposeHashRemoved(bytes32 composeHash);
    event DeviceAdded(bytes32 deviceId);
    event DeviceRemoved(bytes32 deviceId);

    function addComposeHash(bytes32 value) public onlyOwner {
        allowedComposeHashes[value] = true;
        emit ComposeHashAdded(value);
        policy("compose-hash", value, true);
    }

    function removeComposeHash(bytes32 value) external onlyOwner {
        allowedComposeHashes[value] = false;
        emit ComposeHashRemoved(value);
        policy("compose-hash", value, false);
    }

    function addDevice(bytes32 value) external onlyOwner {
        allowedDeviceIds[value] = true;
        emit DeviceAdded(value);
        policy("device", value, true);
    }

    function removeDevice(bytes32 value) external onlyOwner {
        allowedDeviceIds[value] = false;
        emit DeviceRemoved(value);
        policy("device", value, false);
    }

    function setAllowAnyDevice(bool value) external onlyOwner {
        allowAnyDevice = value;
    }

    /// Adds many hashes, and removes each again so often that there are `events` events.
    function churn(uint256 hashes, uint256 events) external onlyOwner {
        for (uint256 i = 0; i < events; i++) {
            bytes32 value = bytes32(1 + (i / 2) % hashes);
            bool isAdded = i % 2 == 0;
            allowedComposeHashes[value] = isAdded;
            if (isAdded) emit ComposeHashAdded(value);
            else emit ComposeHashRemoved(value);
        }
    }
}

/// Rules that anyone may replace.
contract OpenApp is App {
    function mayUpgrade() internal pure override returns (bool) {
        return true;
    }
}

/// The rules of a KMS.
contract Kms is Owned {
    struct KmsInfo {
        bytes k256Pubkey;
        bytes caPubkey;
        bytes quote;
        bytes eventlog;
    }

    KmsInfo public kmsInfo;
    string public gatewayAppId;
    mapping(address => bool) public registeredApps;
    mapping(bytes32 => bool) public allowedOsImages;
    mapping(bytes32 => bool) public kmsAllowedAggregatedMrs;
    mapping(bytes32 => bool) public kmsAllowedDeviceIds;

    event KmsInfoSet(bytes k256Pubkey);
    event OsImageHashAdded(bytes32 osImageHash);
    event OsImageHashRemoved(bytes32 osImageHash);
    event KmsAggregatedMrAdded(bytes32 mrAggregated);
    event KmsDeviceAdded(bytes32 deviceId);

    function setKmsInfo(KmsInfo calldata info) external onlyOwner {
        kmsInfo = info;
        emit KmsInfoSet(info.k256Pubkey);
    }

    function registerApp(address app) external {
        registeredApps[app] = true;
    }

    function addOsImageHash(bytes32 value) external onlyOwner {
        allowedOsImages[value] = true;
        emit OsImageHashAdded(value);
    }

    function removeOsImageHash(bytes32 value) external onlyOwner {
        allowedOsImages[value] = false;
        emit OsImageHashRemoved(value);
    }

    function addKmsAggregatedMr(bytes32 value) external onlyOwner {
        kmsAllowedAggregatedMrs[value] = true;
        emit KmsAggregatedMrAdded(value);
    }

    function addKmsDevice(bytes32 value) external onlyOwner {
        kmsAllowedDeviceIds[value] = true;
        emit KmsDeviceAdded(value);
    }
}

/// What a Safe answers about itself. Its code is another contract's, whose address is in slot 0.
contract SafeLike {
    address private singleton;
    uint256 public getThreshold;
    address[] private owners;
    address[] private modules;

    constructor(address code, uint256 threshold, address[] memory all, address[] memory acting) {
        singleton = code;
        getThreshold = threshold;
        owners = all;
        modules = acting;
    }

    function getOwners() external view returns (address[] memory) {
        return owners;
    }

    function getModulesPaginated(address, uint256) external view returns (address[] memory, address) {
        return (modules, address(1));
    }
}

/// What a timelock answers about itself.
contract TimelockLike {
    uint256 public getMinDelay;

    constructor(uint256 delay) {
        getMinDelay = delay;
    }
}
