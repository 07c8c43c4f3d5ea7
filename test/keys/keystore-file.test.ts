import { Wallet } from 'ethers';
import { encryptKeystore } from '../../src/keys/keystore-file.js';
import { parseAddress } from '../../src/protocol/address.js';
import { test } from '../test.js';

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at + 1);
const wallet = new Wallet(`0x${'46'.repeat(32)}`);
const input = {
  privateKey: new Uint8Array(32).fill(0x46),
  address: parseAddress(wallet.address),
  passphrase: 'ﬁve wörds make a passphrase',
  randomBytes: bytes,
};

test('ethers opens the file with the passphrase, in any Unicode form, and with no other', async (t) => {
  const text = JSON.stringify(await encryptKeystore(input));
  for (const form of ['NFC', 'NFD', 'NFKD'] as const) {
    const opened = await Wallet.fromEncryptedJson(text, input.passphrase.normalize(form));
    t.is(opened.address, wallet.address);
    t.is('privateKey' in opened && opened.privateKey, wallet.privateKey);
  }
  await t.throwsAsync(Wallet.fromEncryptedJson(text, 'another passphrase'));
});

test('the file has the form of Web3 Secret Storage, with a random UUID of version 4', async (t) => {
  const file = await encryptKeystore(input);
  t.regex(file.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  t.is(file.address, wallet.address.slice(2).toLowerCase());
  t.is(file.crypto.kdfparams.salt.length, 64);
  t.false(JSON.stringify(file).includes('46'.repeat(16)));
});
