/** The parts of a Pod, before anybody has vouched for them. */
import type { Pod } from '../../../api/types.ts';
import type { Loose } from '../../loose.ts';

export type PodSpec = Loose<NonNullable<Pod['spec']>>;
export type Container = NonNullable<PodSpec['containers']>[number];
export type Volume = NonNullable<PodSpec['volumes']>[number];
export type Probe = NonNullable<Container['livenessProbe']>;
export type Lifecycle = NonNullable<Container['lifecycle']>;
export type Resources = NonNullable<Container['resources']>;
export type PodSecurityContext = NonNullable<PodSpec['securityContext']>;

/** What differs between a Pod and a template of one. */
export interface PodRules {
  /** A real Pod: host ports must be filled in, images may not be padded. */
  readonly isPod: boolean;
  readonly strictIps: boolean;
}

/** Volumes that passed, by name: what containers may mount. */
export type Volumes = ReadonlyMap<string, Volume>;
