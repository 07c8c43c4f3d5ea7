/**
 * The agent's methods. They parse arguments as an agent does (defaults for missing fields, unknown
 * fields ignored) and return JSON.
 */
import { createHash } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1';
import { concatBytes, hex, utf8 } from '../../../src/protocol/bytes.js';
import { ed25519KeyOf, isEd25519Signature } from '../../../src/protocol/ed25519.js';
import { derivePathKey, signRecoverable } from './app-keys.js';
import { AgentError } from './agent-error.js';
import { bytesField, textField, type Arguments } from './arguments.js';
import type { Machine } from './machine.js';

type Method = (machine: Machine, args: Arguments) => object | Promise<object>;
type Algorithm = 'secp256k1' | 'ed25519';

function keyAlgorithm(name: string): Algorithm {
  if (name === '' || name === 'secp256k1' || name === 'k256') return 'secp256k1';
  if (name === 'ed25519') return 'ed25519';
  throw new AgentError('Unsupported algorithm');
}

function publicKeyOf(privateKey: Uint8Array, algorithm: Algorithm): Uint8Array {
  return algorithm === 'secp256k1'
    ? secp256k1.getPublicKey(privateKey, true)
    : ed25519KeyOf(privateKey).publicKey;
}

/**
 * Signs a key with the app key: a recoverable signature over the purpose and the public key in hex.
 */
function endorse(machine: Machine, publicKey: Uint8Array, purpose: string): Uint8Array {
  return signRecoverable(utf8(`${purpose}:${hex(publicKey)}`), machine.keys.appKey);
}

const getKey: Method = (machine, args) => {
  const path = textField(args, 'path');
  const purpose = textField(args, 'purpose');
  const algorithm = keyAlgorithm(textField(args, 'algorithm'));
  const key = derivePathKey(machine.keys, path);
  const chain = [endorse(machine, publicKeyOf(key, algorithm), purpose), machine.keys.kmsSignature];
  return { key: hex(key), signature_chain: chain.map((signature) => hex(signature)) };
};

const getQuote: Method = (machine, args) => {
  const given = bytesField(args, 'report_data');
  if (given.length > 64) throw new AgentError('Report data is too long');
  return machine.quote(concatBytes(given, new Uint8Array(64 - given.length)));
};

const sha256 = (data: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(data).digest());

function digestFor(algorithm: string, data: Uint8Array): Uint8Array {
  if (algorithm !== 'secp256k1_prehashed') return sha256(data);
  if (data.length !== 32) {
    throw new AgentError(
      `Pre-hashed signing requires a 32-byte digest, but received ${data.length} bytes`,
    );
  }
  return data;
}

const isSecp = (algorithm: string): boolean =>
  algorithm === 'secp256k1' || algorithm === 'secp256k1_prehashed';

const sign: Method = (machine, args) => {
  const algorithm = textField(args, 'algorithm');
  const data = bytesField(args, 'data');
  if (!isSecp(algorithm) && algorithm !== 'ed25519') throw new AgentError('Unsupported algorithm');
  const key = derivePathKey(machine.keys, 'vms');
  const publicKey = publicKeyOf(key, isSecp(algorithm) ? 'secp256k1' : 'ed25519');
  const signature = isSecp(algorithm)
    ? secp256k1.sign(digestFor(algorithm, data), key).toCompactRawBytes()
    : ed25519KeyOf(key).sign(data);
  const chain = [signature, endorse(machine, publicKey, 'signing'), machine.keys.kmsSignature];
  return {
    signature: hex(signature),
    signature_chain: chain.map((each) => hex(each)),
    public_key: hex(publicKey),
  };
};

const verify: Method = (_machine, args) => {
  const algorithm = textField(args, 'algorithm');
  const data = bytesField(args, 'data');
  const signature = bytesField(args, 'signature');
  const publicKey = bytesField(args, 'public_key');
  if (!isSecp(algorithm) && algorithm !== 'ed25519') throw new AgentError('Unsupported algorithm');
  if (signature.length !== 64) throw new AgentError('signature error');
  if (algorithm === 'ed25519') return { valid: isEd25519Signature(publicKey, data, signature) };
  return { valid: secp256k1.verify(signature, digestFor(algorithm, data), publicKey) };
};

/** Methods by exact name. An agent accepts no other spelling. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['GetKey', getKey],
  ['GetQuote', getQuote],
  ['Info', (machine) => machine.info()],
  ['Version', () => ({ version: '0.6.0', rev: 'sealwright-stand-in' })],
  ['Sign', sign],
  ['Verify', verify],
  ['GpuInfo', () => ({ attestation: '' })],
]);
