// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A wallet that accepts what its owner signed (EIP-1271). `signature` is r, s, v.
contract OwnedWallet {
    address private immutable owner;

    constructor(address initialOwner) {
        owner = initialOwner;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        require(signature.length == 65, "length");
        bytes32 r = bytes32(signature[0:32]);
        bytes32 s = bytes32(signature[32:64]);
        bool isOwner = ecrecover(digest, uint8(signature[64]), r, s) == owner;
        return isOwner ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// Deploys wallets at addresses that are known before.
contract WalletFactory {
    function addressOf(address owner) public view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(OwnedWallet).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", this, bytes32(0), code)))));
    }

    function deploy(address owner) external {
        new OwnedWallet{salt: 0}(owner);
    }
}
