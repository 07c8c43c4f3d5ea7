/**
 * Renders a whole deployment from the operator's file: compose file, app-compose file and policy.
 * It is pure: it reads and returns texts.
 */
import { lintAppCompose } from '../../attestation/application/compose-lint.js';
import { placedRule } from '../../attestation/application/lint-rules.js';
import { DATABASE_ADDRESS, KILL_SWITCH } from '../../attestation/application/environment-names.js';
import type { Platform, Policy } from '../../attestation/policy/policy.js';
import { derivePolicy } from './derive-policy.js';
import { DeploymentError, type OperatorFile } from './operator-file.js';
import { identityOf, renderAppCompose, type Identity } from './render-app-compose.js';
import { renderCommands } from './platform-commands.js';
import { renderCompose, type RenderOptions } from './render-compose.js';
import { sharedTemplateOf } from './shared-template.js';

/** A rendered deployment. */
export type Deployment = {
  readonly compose: string;
  readonly appCompose: string;
  readonly policy: Policy;
  readonly identity: Identity;
  /** The commands of the platform's tool. */
  readonly commands: string;
  /** The operator's script, which Phala's tool takes as a file. */
  readonly preLaunchScript: string | undefined;
};

/** What a deployment is rendered from. */
export type DeploymentParts = RenderOptions & {
  /** The template of one machine. */
  readonly template: string;
  readonly production: Policy;
  readonly operator: OperatorFile;
  /** Who composes the app-compose file. The default is `dstack-vmm`. */
  readonly platform?: Platform;
};

/**
 * Renders a deployment. Throws a DeploymentError for settings that the service would reject, and
 * for a file that `compose.lint` rejects.
 */
export function renderDeployment(parts: DeploymentParts): Deployment {
  const { production, operator, store, platform = 'dstack-vmm' } = parts;
  const isShared = store === 'postgres';
  const template = isShared ? sharedTemplateOf(parts.template) : parts.template;
  const rendered = renderCompose(template, operator, parts);
  const { text: compose, settings } = rendered;
  const fromOutside = isShared ? [KILL_SWITCH, DATABASE_ADDRESS] : [KILL_SWITCH];
  const appCompose = renderAppCompose(rendered, operator, fromOutside, platform);
  const bytes = new Uint8Array(Buffer.from(appCompose));
  const identity = identityOf(bytes, operator, platform);
  const facts = { operator, settings, identity, platform, fromOutside };
  const policy = derivePolicy(production, facts);
  const found = lintAppCompose(bytes, policy.application);
  if (found.length > 0) {
    const lines = found.map((each) => `  ${placedRule(each)}: ${each.message}`);
    throw new DeploymentError(`compose.lint refuses the file:\n${lines.join('\n')}`);
  }
  const commands = renderCommands(platform, operator, isShared);
  const { preLaunchScript } = operator;
  return { compose, appCompose, policy, identity, commands, preLaunchScript };
}
