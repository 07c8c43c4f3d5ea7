/**
 * Reviews: what a person is shown before a message is signed. Times without a `Time` are as the
 * message states them.
 */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import { time } from './formats.js';
import { MESSAGE_ERRORS, messageFormat, messageText } from './sign.js';

const statement = z
  .strictObject({
    kind: z.enum([
      'delete',
      'host',
      'decrypt',
      'unknown',
      'write',
      'create-network',
      'list-grants',
      'read',
      'inspect',
    ]),
    severity: z.enum(['danger', 'caution', 'normal']),
    text: z.string().meta({ description: 'One sentence for a person.' }),
    space: z
      .string()
      .exactOptional()
      .meta({ description: 'The name of the space, where the resource is in one.' }),
    contents: z
      .string()
      .exactOptional()
      .meta({ description: 'What is kept in that space, where it is known.' }),
    resource: z.string().meta({ description: 'As signed.' }),
    abilities: z.array(z.string()).meta({ description: 'As signed.' }),
  })
  .meta({ id: 'Statement', description: 'One kind of right over one resource, in words.' });

const warning = z
  .strictObject({
    id: z.enum([
      'unreadable-bytes',
      'plain-text',
      'not-a-session-key',
      'long-lived',
      'no-end',
      'foreign-space',
      'void-grant',
      'unknown-right',
      'punycode-domain',
      'domain-without-port',
      'odd-time',
    ]),
    text: z.string(),
  })
  .meta({ id: 'Warning', description: 'A sentence that a person should read first.' });

const count = z.int().nonnegative();

const reviewLine = z
  .strictObject({
    subject: z.enum([
      'unknown',
      'hosting',
      'decryption',
      'secrets',
      'others',
      'account',
      'receiver',
      'publishing',
      'applications',
      'new-network',
      'form',
      'files',
      'databases',
      'rights',
      'other-space',
      'upkeep',
      'more',
    ]),
    level: z.enum(['danger', 'notice', 'plain']).meta({
      description: '`danger`: unusual and harmful. `notice`: worth a look. `plain`: usual.',
    }),
    title: z.string(),
    detail: z.string().meta({ description: 'What the app can do, and why it is unusual.' }),
    reach: z.string().exactOptional().meta({ description: 'Who else is affected.' }),
    rights: count.meta({ description: 'How many rights the line stands for.' }),
    parts: z
      .array(z.strictObject({ title: z.string(), detail: z.string() }))
      .meta({ description: 'The lines that were merged into this one.' }),
  })
  .meta({ id: 'ReviewLine', description: 'One line of the first layer of a review.' });

const reviewSummary = z
  .strictObject({
    want: z.string().meta({ description: 'What the app wants, to be read after "wants to".' }),
    lines: z.array(reviewLine).max(5),
    rights: count.meta({ description: 'How many rights the request grants: ability by resource.' }),
  })
  .meta({ id: 'ReviewSummary', description: 'The first layer of a review.' });

const earlierGrant = z
  .strictObject({
    domain: z.string().meta({ description: 'The domain of the sign-in request that granted it.' }),
    spaces: z.array(z.string()).meta({ description: 'Names of own spaces, at most 20.' }),
    networks: z
      .array(z.string())
      .meta({ description: 'Names of own encryption networks, at most 20.' }),
    more: count.meta({ description: 'How many more spaces and networks the grant names.' }),
    expiresAt: z.string().exactOptional().meta({ description: 'Absent where it never expires.' }),
  })
  .meta({
    id: 'EarlierGrant',
    description: 'Rights that were signed before and have not expired.',
  });

const sideEffects = z
  .strictObject({
    node: z.string().meta({ description: 'The origin of the TinyCloud node.' }),
    spaces: z.array(z.string()).meta({ description: 'Full ids of the spaces to create there.' }),
    network: z.string().meta({ description: 'The URN of the encryption network to create.' }),
    rootSignatures: count.meta({ description: 'How many more signatures the key makes.' }),
    sessionLifetimeMs: count.meta({
      description: 'How long the sessions last that the service uses for the setup.',
    }),
    hostingEnds: z.literal(false),
    earlierGrants: z.array(earlierGrant),
    earlierGrantsLeftOut: count.meta({ description: 'How many more grants there are.' }),
  })
  .meta({ id: 'SideEffects', description: 'What an approval does besides giving the signature.' });

const exact = {
  appOrigin: z.string(),
  bytes: count.meta({ description: 'The length of what is signed, in bytes.' }),
};

const signInRequest = z
  .strictObject({
    ...exact,
    kind: z.literal('sign-in'),
    text: z.string().meta({ description: 'The exact text.' }),
    scheme: z.string().exactOptional(),
    domain: z.string(),
    statement: z.string().exactOptional(),
    appStatement: z.string().exactOptional().meta({
      description: 'The statement without the standard words of the capabilities, if any remain.',
    }),
    uri: z.string(),
    chainId: z.int(),
    nonce: z.string(),
    issuedAt: z.string(),
    expirationTime: z.string().exactOptional(),
    notBefore: z.string().exactOptional(),
    requestId: z.string().exactOptional(),
    resources: z.array(z.string()).meta({ description: 'All resources but the capabilities.' }),
  })
  .meta({ id: 'SignInContent', description: 'An EIP-4361 message, member by member.' });

const content = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...exact, kind: z.literal('bytes'), hex: z.string() }),
    z.strictObject({ ...exact, kind: z.literal('text'), text: z.string() }),
    signInRequest,
  ])
  .meta({ id: 'ReviewContent', description: 'Exactly what is to be signed.' });

const assertion = z
  .strictObject({
    required: z.boolean().meta({
      description:
        'Whether the approval needs it. It may be needed although it was not: try again with it after `ERR_ASSERTION_REQUIRED`.',
    }),
    challenge: z.string().meta({ description: 'base64url' }),
    rpId: z.string(),
    userVerification: z.literal('required'),
    allowCredentials: z.array(
      z.strictObject({
        type: z.literal('public-key'),
        id: z.string(),
        transports: z.array(z.string()),
      }),
    ),
  })
  .meta({
    id: 'ReviewAssertion',
    description: 'Options for `navigator.credentials.get()`, with which a passkey approves.',
  });

const returning = z
  .strictObject({
    lastApprovedAt: time,
    extent: z.enum(['same', 'less']).meta({
      description: 'Whether it asks for the same rights as an earlier request, or for fewer.',
    }),
  })
  .meta({
    id: 'ReturningReview',
    description: 'A request for no more than the person approved for the app in the last 30 days.',
  });

const review = z
  .strictObject({
    reviewId: z.string(),
    digest: z.string().meta({ description: 'SHA-256 of everything shown: 64 hex digits.' }),
    expiresAt: time,
    request: content,
    summary: reviewSummary
      .nullable()
      .meta({ description: 'Null where the request is not a sign-in request.' }),
    statements: z.array(statement),
    warnings: z.array(warning),
    sideEffects: sideEffects
      .nullable()
      .meta({ description: 'Null where nothing but a signature follows.' }),
    returning: returning
      .nullable()
      .meta({ description: 'Null where the person must see the full review.' }),
    assertion,
  })
  .meta({ id: 'Review' });

const reviewRequest = z
  .strictObject({
    message: messageText,
    format: messageFormat.default('personal_sign'),
    appOrigin: z.string().max(300),
  })
  .meta({
    id: 'ReviewRequest',
    examples: [{ message: 'hello', appOrigin: 'https://app.example' }],
  });

/** One kind of right over one resource, in words. */
export type Statement = Json<typeof statement>;
/** A sentence that a person should read first. */
export type Warning = Json<typeof warning>;
/** One line of the first layer of a review. */
export type ReviewLine = Json<typeof reviewLine>;
/** The first layer of a review. */
export type ReviewSummary = Json<typeof reviewSummary>;
/** Rights that were signed before and have not expired. */
export type EarlierGrant = Json<typeof earlierGrant>;
/**
 * What an approval does besides giving the signature: shown to the person, and part of what they
 * approve.
 */
export type SideEffects = Json<typeof sideEffects>;
/** Exactly what is to be signed. */
export type ReviewContent = Json<typeof content>;
/** An EIP-4361 message, member by member. */
export type SignInContent = Json<typeof signInRequest>;
/** Options with which a passkey approves. */
export type ReviewAssertion = Json<typeof assertion>;
/** What a person is shown before a message is signed. */
export type ReviewReply = Json<typeof review>;

export const createReview = {
  id: 'createReview',
  tag: 'signing',
  method: 'POST',
  path: '/api/keys/:id/reviews',
  summary:
    'Have a message explained for the person who is to sign it, in a language of Accept-Language',
  request: reviewRequest,
  replies: { 201: review },
  errors: [
    ...MESSAGE_ERRORS,
    'ERR_KEY_NOT_FOUND',
    'ERR_KEY_ARCHIVED',
    'ERR_REVIEW_LIMIT',
    'ERR_REVIEW_APP_ORIGIN',
    'ERR_REVIEW_DOMAIN',
    'ERR_REVIEW_ADDRESS',
    'ERR_REVIEW_CHAIN',
    'ERR_REVIEW_EXPIRED_REQUEST',
    'ERR_REVIEW_NOT_YET_VALID',
  ],
} as const satisfies Endpoint;
