/**
 * The plan for comparison: the order in which services in production provision an account,
 * implemented from its description. Eleven root signatures, 28 requests, ten round trips:
 *
 * | trip | requests                                                        |
 * | ---- | --------------------------------------------------------------- |
 * | 1    | probe: a session for the account space                          |
 * | 2    | five peers                                                      |
 * | 3    | five hosts                                                      |
 * | 4    | five sessions                                                   |
 * | 5    | the schema of the account database                              |
 * | 6    | five single puts, the space rows, the application record        |
 * | 7    | the lookup of the network, which does not exist                 |
 * | 8    | info                                                            |
 * | 9    | the creation of the network                                     |
 * | 10   | the schema of the secrets database                              |
 *
 * Like those services, it retries nothing, so it fails on a node with SQLite.
 */
import {
  SPACE_NAMES,
  forEachSpace,
  networkIdOf,
  spaceIdOf,
  type SpaceName,
} from '../../src/bootstrap/account.js';
import { kvRecords, MARKER_KEY } from '../../src/bootstrap/account-records.js';
import {
  accountStatements,
  secretsStatements,
  type SqlStatement,
} from '../../src/bootstrap/account-schema.js';
import { hostRequest, sessionRequest, signDelegation } from '../../src/bootstrap/delegations.js';
import {
  jsonBody,
  NodeClient,
  type EngineEnvironment,
  type Session,
} from '../../src/bootstrap/node-client.js';
import { createNetwork, databaseOf, writeSql } from '../../src/bootstrap/node-operations.js';
import { requireOk } from '../../src/bootstrap/node-replies.js';
import type { RootSigner } from '../../src/bootstrap/root-signer.js';
import { createRun, sessionKeyOf, type BootstrapRun } from '../../src/bootstrap/run.js';
import { spacesOfSession } from '../../src/bootstrap/session-grants.js';

const DOMAIN = 'reference.example';

/** Provisions one account. Rejects at the first failure. */
export async function runReferencePlan(
  environment: EngineEnvironment,
  signer: RootSigner,
): Promise<void> {
  const once = { ...environment, limits: { ...environment.limits, triesPerRequest: 1 } };
  await new ReferencePlan(new NodeClient(once, new AbortController().signal), signer, once).run();
}

class ReferencePlan {
  readonly #client: NodeClient;
  readonly #signer: RootSigner;
  readonly #environment: EngineEnvironment;
  #run: BootstrapRun;
  readonly #sessions = new Map<SpaceName, Session>();

  constructor(client: NodeClient, signer: RootSigner, environment: EngineEnvironment) {
    this.#client = client;
    this.#signer = signer;
    this.#environment = environment;
    this.#run = this.#freshRun();
  }

  #freshRun(): BootstrapRun {
    return createRun(this.#environment.randomBytes(32), this.#environment.clock());
  }

  async run(): Promise<void> {
    const { owner } = this.#signer;
    const at = new Date(this.#run.startedAtMs);
    const statements = accountStatements(owner, at);
    const isRow = ({ sql }: SqlStatement): boolean => sql.startsWith('INSERT');
    const database = databaseOf(owner, 'account', 'account');
    await this.#session(this.#freshRun(), 'account');
    await this.#peers();
    await Promise.all(SPACE_NAMES.map((name) => this.#host(name)));
    await Promise.all(SPACE_NAMES.map((name) => this.#session(this.#run, name)));
    await this.#sql(
      database,
      'account',
      statements.filter((each) => !isRow(each)),
    );
    await Promise.all([
      ...kvRecords(owner, at, at)
        .filter(({ key }) => key !== MARKER_KEY)
        .map(({ key, json }) => this.#put(key, json)),
      this.#sql(database, 'account', statements.filter(isRow)),
    ]);
    await this.#client.get(
      `/encryption/networks/${encodeURIComponent(networkIdOf(owner))}`,
      ({ status }) => status,
    );
    const nodeDid = await this.#client.info();
    await createNetwork(this.#client, this.#sessionOf('account'), owner, nodeDid);
    const secrets = databaseOf(owner, 'secrets', 'default');
    await this.#sql(secrets, 'secrets', secretsStatements(at));
  }

  async #peers(): Promise<void> {
    const { owner } = this.#signer;
    const dids = await Promise.all(
      SPACE_NAMES.map((name) => this.#client.peer(spaceIdOf(owner, name))),
    );
    const peers = forEachSpace((name) => dids[SPACE_NAMES.indexOf(name)] ?? '');
    const issuedAtMs = this.#environment.clock();
    this.#run = { ...this.#run, peers, hosts: forEachSpace(() => ({ issuedAtMs, round: 0 })) };
  }

  async #host(name: SpaceName): Promise<void> {
    const { owner } = this.#signer;
    const delegation = await signDelegation(
      this.#signer,
      hostRequest(this.#run, owner, DOMAIN, name),
    );
    await this.#client.delegate(delegation, [spaceIdOf(owner, name)]);
  }

  async #session(run: BootstrapRun, name: SpaceName): Promise<void> {
    const { owner } = this.#signer;
    const delegation = await signDelegation(this.#signer, sessionRequest(run, owner, DOMAIN, name));
    const asked = spacesOfSession(name).map((space) => spaceIdOf(owner, space));
    await this.#client.delegate(delegation, asked);
    this.#sessions.set(name, { key: sessionKeyOf(run, name), cid: delegation.cid });
  }

  #sessionOf(name: SpaceName): Session {
    const session = this.#sessions.get(name);
    if (session === undefined) throw new TypeError(`no session for ${name}`);
    return session;
  }

  #sql(database: string, name: SpaceName, statements: readonly SqlStatement[]): Promise<void> {
    return writeSql(this.#client, this.#sessionOf(name), database, statements);
  }

  /** Puts one record per request, as those services do, including the application's. */
  async #put(key: string, json: string): Promise<void> {
    const resource = `${spaceIdOf(this.#signer.owner, 'account')}/kv/${key}`;
    const request = { path: '/invoke', ...jsonBody(JSON.parse(json)) };
    const attenuations = [[resource, ['tinycloud.kv/put']]] as const;
    const session = this.#sessionOf('account');
    await this.#client.invokeKvWrite(session, { attenuations }, request, (reply) => {
      requireOk(reply);
    });
  }
}
