// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

interface Wallet {
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4);
}

/// Asks a contract wallet whether it accepts a signature (EIP-1271). It is never deployed: a node
/// runs its constructor inside `eth_call`, and the call returns one byte, 1 for yes.
///
/// A signature that ends with the magic value of EIP-6492 comes from a wallet that may not be
/// deployed yet. It carries the factory call that deploys the wallet, which is made first, inside
/// the call only.
contract SignatureCheck {
    bytes32 private constant UNDEPLOYED =
        0x6492649264926492649264926492649264926492649264926492649264926492;

    constructor(address wallet, bytes32 digest, bytes memory signature) {
        bool accepted = accepts(wallet, digest, signature);
        assembly {
            mstore(0, accepted)
            return(31, 1)
        }
    }

    function accepts(address wallet, bytes32 digest, bytes memory signature) private returns (bool) {
        if (endsWithMagic(signature)) signature = deployFor(wallet, signature);
        if (wallet.code.length == 0) return false;
        (bool done, bytes memory answer) =
            wallet.staticcall(abi.encodeCall(Wallet.isValidSignature, (digest, signature)));
        return done && answer.length == 32
            && abi.decode(answer, (bytes32)) == bytes32(Wallet.isValidSignature.selector);
    }

    function endsWithMagic(bytes memory signature) private pure returns (bool) {
        uint256 length = signature.length;
        if (length < 32) return false;
        bytes32 last;
        assembly {
            last := mload(add(signature, length))
        }
        return last == UNDEPLOYED;
    }

    /// Deploys the wallet if it does not exist yet, and returns the signature for it.
    function deployFor(address wallet, bytes memory wrapped) private returns (bytes memory) {
        assembly {
            mstore(wrapped, sub(mload(wrapped), 32))
        }
        (address factory, bytes memory factoryCall, bytes memory signature) =
            abi.decode(wrapped, (address, bytes, bytes));
        if (wallet.code.length == 0) {
            (bool done,) = factory.call(factoryCall);
            require(done);
        }
        return signature;
    }
}
