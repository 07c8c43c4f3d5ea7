import type { ExecutionContext } from 'ava';
import { verifyMessage } from 'ethers';
import type { Locator } from 'playwright-core';

/**
 * Waits until a page of the documentation shows `ADDRESS ${word} SIGNATURE`, verifies the
 * signature, and returns the address.
 */
export async function untilSigned(
  t: ExecutionContext,
  place: Locator,
  word: 'signed' | 'signed:',
): Promise<string> {
  const said = place.filter({ hasText: `${word} 0x` });
  await said.waitFor();
  const shown = new RegExp(`(0x[0-9a-fA-F]{40}) ${word} (0x[0-9a-f]{130})`);
  const [, address = '', signature = ''] = shown.exec(await said.innerText()) ?? [];
  t.is(verifyMessage(`I am ${address}`, signature), address);
  return address;
}
