import type { TestCluster } from './cluster.ts';
import { makeCluster } from './cluster.ts';
import { makeServerCluster } from './server-cluster.ts';

/** What tests of controllers run on, one after the other: a server that is all obedience, and the real one. */
export const grounds: readonly [name: string, make: () => Promise<TestCluster>][] = [
  ['a plain store', () => Promise.resolve(makeCluster())],
  ['the API server', makeServerCluster],
];
