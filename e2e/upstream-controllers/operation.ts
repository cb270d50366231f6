/** What is done to both clusters: requests, as data. */

export type Operation = RequestOperation | SliceOperation;

export interface RequestOperation {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/**
 * Lays hands on a slice that a controller made, whose name differs from cluster to cluster: the `at`th slice of the
 * Service, in the order of what they hold.
 */
export interface SliceOperation {
  readonly method: 'SLICE';
  readonly namespace: string;
  readonly service: string;
  readonly at: number;
  readonly act: 'delete' | 'empty' | 'annotate' | 'label';
}

/** Operations of one round follow each other at once; then everything comes to rest. */
export type Round = readonly Operation[];

export type ProfileName = 'tiny' | 'wide' | 'mesh' | 'mirror' | 'dual' | 'topology' | 'churn';

export interface Story {
  readonly seed: number;
  readonly profile: ProfileName;
  readonly namespace: string;
  readonly rounds: readonly Round[];
}

export const countOperations = ({ rounds }: Story): number => rounds.reduce((sum, round) => sum + round.length, 0);
