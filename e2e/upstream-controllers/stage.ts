/** What all lives of one namespace share. */
import { Dice } from './dice.ts';
import type { Operation, ProfileName } from './operation.ts';
import { sharedNodes, type Profile } from './profiles.ts';

export interface Stage {
  readonly seed: number;
  readonly namespace: string;
  readonly profileName: ProfileName;
  readonly profile: Profile;
  readonly dice: Dice;
  /** Where Pods may be; grows with the Nodes of the story. */
  readonly nodes: string[];
}

export function makeStage(seed: number, profileName: ProfileName, profile: Profile): Stage {
  const dice = new Dice(seed * 7919 + 17);
  return { seed, namespace: `s${seed}`, profileName, profile, dice, nodes: sharedNodes.map(({ name }) => name) };
}

/** The path of an object of the core group, or of its collection. */
export const core = (namespace: string, resource: string, name?: string): string =>
  `/api/v1/namespaces/${namespace}/${resource}${name === undefined ? '' : `/${name}`}`;

export function patchOf({ namespace }: Stage, resource: string, name: string, body: object): Operation {
  return { method: 'PATCH', path: core(namespace, resource, name), body };
}
