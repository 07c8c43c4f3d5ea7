/** Runs each command and returns its exit code. Only this file uses files and the network. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lintAppCompose } from '../../attestation/application/compose-lint.js';
import { placedRule } from '../../attestation/application/lint-rules.js';
import { UncheckableError } from '../../attestation/command/ask-service.js';
import { withReason } from '../../attestation/failure-reason.js';
import { capturedBundle, seeService } from '../../attestation/command/see-service.js';
import { composeHashOf } from '../../attestation/evidence/compose-hash.js';
import { EXIT, runCommand as runVerifier } from '../../attestation/command/run-command.js';
import { type Policy, policySchema } from '../../attestation/policy/policy.js';
import { compareDeployment, type Comparison } from './compare-deployment.js';
import { DeploymentError, parseOperatorFile } from './operator-file.js';
import { type Console, runCommand } from '../console/run-command.js';
import { DEPLOYMENT_LINE, readInvocation, type Invocation } from './options.js';
import { planUpgrade, type RenderedFiles } from './plan-upgrade.js';
import { seenFromHere } from './seen-from-here.js';
import { renderDeployment, type Deployment } from './render-deployment.js';

/** The surroundings of a command. */
export type DeploymentSurroundings = Console & {
  readonly color: boolean;
  readonly nowMs: number;
  /** The root of the repository, which contains the template and the verifier. */
  readonly root: URL;
};

type Of<C extends Invocation['command']> = Extract<Invocation, { readonly command: C }>;

/** Runs one invocation and returns its exit code. Rejects only for a bug of ours. */
export function runDeployment(around: DeploymentSurroundings): Promise<number> {
  return runCommand(DEPLOYMENT_LINE, around, async (given) => {
    try {
      return await perform(readInvocation(given), around);
    } catch (error) {
      if (error instanceof DeploymentError) {
        around.complain(`${error.message}\n`);
        return EXIT.rejected;
      }
      if (error instanceof UncheckableError) {
        around.complain(`could not be done: ${error.message}\n`);
        return EXIT.uncheckable;
      }
      throw error;
    }
  });
}

function perform(invocation: Invocation, around: DeploymentSurroundings): Promise<number> {
  switch (invocation.command) {
    case 'render':
      return render(invocation, around);
    case 'lint':
      return lint(invocation, around);
    case 'plan':
      return plan(invocation, around);
    case 'check':
      return check(invocation, around);
  }
}

async function render(
  { operator, out, store, isFirstStart, platform }: Of<'render'>,
  { root, write }: DeploymentSurroundings,
): Promise<number> {
  const operatorFile = parseOperatorFile(await readText(operator));
  const deployment = renderDeployment({
    template: await readText(new URL('docker-compose.dstack.yml', root)),
    production: await readPolicy(new URL('attestation/policy.production.json', root)),
    operator: operatorFile,
    store,
    isFirstStart,
    platform,
  });
  const written = await save(out, deployment);
  const { composeHash, appId, mrConfigId } = deployment.identity;
  const whose = operatorFile.appId === undefined ? ' (from this file, because none is pinned)' : '';
  const start = isFirstStart ? '1: for the first start only, replace it soon' : '0';
  write(
    [
      `compose hash  ${composeHash}`,
      `app id        ${appId}${whose}`,
      `mr_config_id  ${mrConfigId}${platform === 'phala-cloud' ? '' : ' (dstack 0.5; later versions also include the instance)'}`,
      `STATE_INIT    ${start}`,
      `written       ${written.map((name) => join(out, name)).join(', ')}`,
      '',
    ].join('\n'),
  );
  return EXIT.accepted;
}

async function plan({ from, to }: Of<'plan'>, { write }: DeploymentSurroundings): Promise<number> {
  write(planUpgrade(await readFiles(from), await readFiles(to)));
  return EXIT.accepted;
}

const readFiles = async (folder: string): Promise<RenderedFiles> => ({
  appCompose: await readText(join(folder, 'app-compose.json')),
  policy: await readPolicy(join(folder, 'policy.json')),
});

async function lint(
  { file, policy }: Of<'lint'>,
  { write, complain }: DeploymentSurroundings,
): Promise<number> {
  const bytes = await readBytes(file);
  const { application } = await readPolicy(policy);
  const composeHash = Buffer.from(composeHashOf(bytes)).toString('hex');
  const found = lintAppCompose(bytes, application);
  for (const each of found) complain(`${placedRule(each)}: ${each.message}\n`);
  const isPinned = application.composeHashes?.includes(composeHash) ?? true;
  if (!isPinned) complain(`compose hash ${composeHash} is not in the policy\n`);
  if (found.length > 0 || !isPinned) return EXIT.rejected;
  write(`compose hash ${composeHash}: passes\n`);
  return EXIT.accepted;
}

async function check(
  { url, dir, policy, tlsAuthority, flags }: Of<'check'>,
  around: DeploymentSurroundings,
): Promise<number> {
  const local = await readText(join(dir, 'app-compose.json'));
  const nonce = randomBytes(32).toString('hex');
  const authority = tlsAuthority === undefined ? undefined : await readText(tlsAuthority);
  const seen = await seeService(url, nonce, { authority });
  const verdict = await verifyCaptured(
    capturedBundle(seen, around.nowMs),
    ['--nonce', nonce, '--policy', policy ?? join(dir, 'policy.json'), ...flags],
    around,
  );
  const files = compareDeployment(seen.text, local);
  const here = await seenFromHere(seen, local, authority);
  around.write(`\nagainst the rendered files\n${linesOf(files, 'same')}`);
  around.write(`\nseen from here\n${linesOf(here, 'seen')}`);
  if (verdict !== EXIT.accepted) return verdict;
  return [...files, ...here].every(({ holds }) => holds) ? EXIT.accepted : EXIT.rejected;
}

const linesOf = (comparisons: readonly Comparison[], word: string): string =>
  comparisons.map(({ holds, line }) => `  ${holds ? word : 'DIFFERS'}  ${line}\n`).join('');

/**
 * Runs the auditors' own command on the captured document, so that there is one verdict and one
 * report.
 */
async function verifyCaptured(
  document: string,
  flags: readonly string[],
  { write, complain, color, nowMs, root }: DeploymentSurroundings,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-check-'));
  try {
    const bundle = join(folder, 'document.json');
    await writeFile(bundle, document);
    const home = new URL('attestation/', root);
    const args = ['verify', bundle, ...flags];
    return await runVerifier({ args, write, complain, color, nowMs, home });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the text of each file by its name. */
const filesOf = (deployment: Deployment): ReadonlyMap<string, string> =>
  new Map([
    ['docker-compose.yml', deployment.compose],
    ['app-compose.json', deployment.appCompose],
    ['policy.json', `${JSON.stringify(deployment.policy, null, 2)}\n`],
    ['commands.txt', deployment.commands],
    ...(deployment.preLaunchScript === undefined
      ? []
      : [['pre-launch.sh', deployment.preLaunchScript] as const]),
  ]);

async function save(out: string, deployment: Deployment): Promise<readonly string[]> {
  const files = filesOf(deployment);
  try {
    // An existing folder may contain a policy that a person has reviewed.
    await mkdir(out);
    for (const [name, text] of files) await writeFile(join(out, name), text, { flag: 'wx' });
  } catch (cause) {
    throw new UncheckableError(withReason(`${out} cannot be created as a new folder`, cause), {
      cause,
    });
  }
  return [...files.keys()];
}

const readText = async (path: string | URL): Promise<string> =>
  Buffer.from(await readBytes(path)).toString('utf8');

async function readBytes(path: string | URL): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    const name = path instanceof URL ? path.pathname : path;
    throw new UncheckableError(withReason(`${name} cannot be read`, cause), { cause });
  }
}

async function readPolicy(path: string | URL): Promise<Policy> {
  const text = await readText(path);
  try {
    return policySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UncheckableError('the policy is malformed', { cause });
  }
}
