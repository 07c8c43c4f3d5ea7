/** Tests when a passkey must approve a signature, and that an approval has no other use. */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { verifyMessage, Wallet } from 'ethers';
import { parseAddress } from '../../src/protocol/address.js';
import { createRecap, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage } from '../../src/protocol/siwe-message.js';
import { BrowserClient } from '../scenarios/browser-client.js';
import { type Answer, createWorld, type World } from '../scenarios/world.js';
import { type Misbehavior, SoftwarePasskey } from './software-authenticator.js';

const ORIGIN = 'http://localhost:3001';
const APP = 'https://app.example';
const PEER = 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4';

const codeOf = ({ status, body }: Answer): unknown => body['code'] ?? status;

type Review = {
  readonly reviewId: string;
  readonly assertion: {
    readonly required: boolean;
    readonly challenge: string;
    readonly rpId: string;
    readonly userVerification: string;
    readonly allowCredentials: readonly { readonly id: string }[];
  };
};

type Grant = readonly [space: string, service: string, ability: string];
const READ: Grant = ['default', 'kv', 'kv/get'];

class Signer {
  readonly passkey = new SoftwarePasskey(ORIGIN, { synced: false });
  readonly browser: BrowserClient;
  keyId = '';
  address = '';

  constructor(world: World) {
    this.browser = new BrowserClient(world);
  }

  adopt({ body }: Answer): void {
    const [key] = (body['user'] as { keys: { id: string; address: string }[] }).keys;
    this.keyId = key?.id ?? '';
    this.address = key?.address ?? '';
  }

  message([space, service, ability]: Grant, domain = 'app.example'): string {
    const nowMs = Date.now();
    const resource = `tinycloud:pkh:eip155:1:${this.address}:${space}/${service}`;
    return encodeSiweMessage(
      withRecap(
        {
          domain,
          address: parseAddress(this.address),
          uri: PEER,
          chainId: 1,
          nonce: 'abcdefgh12345678',
          issuedAt: new Date(nowMs).toISOString(),
          expirationTime: new Date(nowMs + 3_600_000).toISOString(),
        },
        createRecap([[resource, [`tinycloud.${ability}`]]]),
      ),
    );
  }

  async review(message = this.message(READ), appOrigin = APP): Promise<Review> {
    const { body } = await this.browser.post(`/api/keys/${this.keyId}/reviews`, {
      message,
      appOrigin,
    });
    return body as unknown as Review;
  }

  sign({ reviewId }: Review, assertion?: unknown): Promise<Answer> {
    const given = assertion === undefined ? {} : { assertion };
    return this.browser.post(`/api/keys/${this.keyId}/sign`, { reviewId, ...given });
  }

  approve(review: Review, wrong?: Misbehavior): Promise<Answer> {
    return this.sign(review, this.passkey.get(review.assertion, wrong));
  }
}

async function createSigner(t: ExecutionContext): Promise<Signer & { world: World }> {
  let offsetMs = 0;
  const world = await createWorld({
    clock: () => Date.now() + offsetMs,
    env: {
      APP_ORIGINS: `${APP},https://other.example`,
      TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off',
    },
  });
  t.teardown(() => world.close());
  const signer = new Signer(world);
  signer.adopt(await signer.browser.register(signer.passkey));
  // The passkey of the sign-in no longer counts for the first review.
  offsetMs = 60_000;
  return Object.assign(signer, { world });
}

test('the first approval for an app requires the passkey, and the next one for harmless rights does not', async (t) => {
  const signer = await createSigner(t);
  const message = signer.message(READ);
  const first = await signer.review(message);
  t.like(first.assertion, { required: true, rpId: 'localhost', userVerification: 'required' });
  t.deepEqual(
    first.assertion.allowCredentials.map(({ id }) => id),
    [signer.passkey.id],
  );
  t.is(codeOf(await signer.sign(first)), 'ERR_ASSERTION_REQUIRED');
  const signed = await signer.approve(first);
  t.is(signed.status, 200);
  t.is(verifyMessage(message, String(signed.body['signature'])), signer.address);

  const second = await signer.review();
  t.false(second.assertion.required);
  t.is((await signer.sign(second)).status, 200);
  // Another app requires its own first approval.
  const elsewhere = signer.message(READ, 'other.example');
  const third = await signer.review(elsewhere, 'https://other.example');
  t.true(third.assertion.required);
  t.is(codeOf(await signer.sign(third)), 'ERR_ASSERTION_REQUIRED');
});

for (const grant of [
  ['default', 'kv', 'kv/del'],
  ['default', 'space', 'space/host'],
  ['secrets', 'kv', 'kv/get'],
] as const) {
  test(`${grant[2]} in the space ${grant[0]} requires the passkey each time`, async (t) => {
    const signer = await createSigner(t);
    await signer.approve(await signer.review());
    for (let times = 0; times < 2; times += 1) {
      const review = await signer.review(signer.message(grant));
      t.true(review.assertion.required);
      t.is(codeOf(await signer.sign(review)), 'ERR_ASSERTION_REQUIRED');
      t.is((await signer.approve(review)).status, 200);
    }
  });
}

test('an assertion for something else is refused, and the review stays open', async (t) => {
  const signer = await createSigner(t);
  const [review, other] = [await signer.review(), await signer.review()];
  const stranger = new SoftwarePasskey(ORIGIN);
  await new BrowserClient(signer.world).register(stranger);
  const asked = await signer.browser.post('/api/auth/passkey/authenticate/options');
  const { passkey } = signer;
  const { assertion } = review;
  const rows: readonly (readonly [string, unknown])[] = [
    ['of another review', passkey.get(other.assertion)],
    ['of a sign-in', passkey.get(asked.body['publicKey'])],
    ['of another passkey', stranger.get(assertion)],
    [
      'of another passkey under this id',
      stranger.get(assertion, { id: passkey.id, userHandle: null }),
    ],
    ['of another user', passkey.get(assertion, { userHandle: stranger.userHandle })],
    ['over other bytes', passkey.get(assertion, { wrongSignature: true })],
    ['of another page', passkey.get(assertion, { origin: APP })],
    ['of another service', passkey.get(assertion, { rpId: 'app.example' })],
    ['without user verification', passkey.get(assertion, { flags: 0x01 })],
    ['of a registration', passkey.get(assertion, { type: 'webauthn.create' })],
    ['of nothing', {}],
    ['of a string', { id: 1, response: 'x' }],
  ];
  for (const [what, wrong] of rows) {
    t.is(codeOf(await signer.sign(review, wrong)), 'ERR_ASSERTION_INVALID', what);
  }
  t.is((await signer.approve(review)).status, 200);
  t.is(codeOf(await signer.approve(review)), 'ERR_REVIEW_USED');
});

test('an approval does not sign in', async (t) => {
  const signer = await createSigner(t);
  const review = await signer.review();
  const credential = signer.passkey.get(review.assertion);
  const answer = await new BrowserClient(signer.world).post(
    '/api/auth/passkey/authenticate/verify',
    { credential },
  );
  t.is(codeOf(answer), 'ERR_CHALLENGE_INVALID');
});

test('the counter of an approval applies to every later use of the passkey', async (t) => {
  const signer = await createSigner(t);
  t.is((await signer.approve(await signer.review(), { counter: 50 })).status, 200);
  const elsewhere = new BrowserClient(signer.world);
  t.is(codeOf(await elsewhere.authenticate(signer.passkey, { counter: 50 })), 'ERR_PASSKEY_CLONED');
});

test('an approval whose counter goes backward signs nothing and ends the sessions of the passkey', async (t) => {
  const signer = await createSigner(t);
  await signer.approve(await signer.review());
  const review = await signer.review(signer.message(['default', 'kv', 'kv/del']));
  t.is(codeOf(await signer.approve(review, { counter: 1 })), 'ERR_PASSKEY_CLONED');
  t.is(codeOf(await signer.approve(review)), 'ERR_SESSION_INVALID');
  const again = await signer.browser.authenticate(signer.passkey, { counter: 1_000 });
  t.is(codeOf(again), 'ERR_PASSKEY_CLONED');
});

test('of two simultaneous approvals with the same counter one signs, and the passkey is not blocked', async (t) => {
  const signer = await createSigner(t);
  const reviews = [await signer.review(), await signer.review()];
  const answers = await Promise.all(reviews.map((each) => signer.approve(each, { counter: 7 })));
  t.deepEqual(answers.map(codeOf).map(String).toSorted(), ['200', 'ERR_PASSKEY_OUTDATED']);
  // Both reviews were shown before either was approved, so this is a reordering and no evidence of
  // a copy.
  t.is(codeOf(await signer.browser.authenticate(signer.passkey, { counter: 1_000 })), 200);
});

test('a person without a passkey needs none until one is added', async (t) => {
  const { world, passkey } = await createSigner(t);
  const signer = new Signer(world);
  signer.adopt(await signer.browser.signInWithWallet(Wallet.createRandom()));
  const deleting = signer.message(['default', 'kv', 'kv/del']);
  const before = await signer.review(deleting);
  t.false(before.assertion.required);
  // A given passkey is judged, and this one belongs to another user.
  t.is(codeOf(await signer.sign(before, passkey.get(before.assertion))), 'ERR_ASSERTION_INVALID');
  t.is((await signer.browser.register(signer.passkey)).status, 201);
  t.is(codeOf(await signer.sign(before)), 'ERR_ASSERTION_REQUIRED');
  const after = await signer.review(deleting);
  t.true(after.assertion.required);
  t.is((await signer.approve(after)).status, 200);
});

test('a passkey that was removed approves nothing', async (t) => {
  const signer = await createSigner(t);
  const spare = new SoftwarePasskey(ORIGIN);
  const added = await signer.browser.register(spare);
  const review = await signer.review();
  const path = `/api/account/credentials/${String(added.body['credentialId'])}`;
  t.is((await signer.browser.call('DELETE', path)).status, 200);
  t.is(codeOf(await signer.sign(review, spare.get(review.assertion))), 'ERR_ASSERTION_INVALID');
  t.is((await signer.approve(review)).status, 200);
});
