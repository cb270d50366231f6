export { start } from './start.ts';
export type { Failure, Faults, RequestMatch } from './faults.ts';
export type { Snapshot } from './snapshot.ts';
export type { Cluster, StartOptions } from './start.ts';
export { waitFor } from './wait-for.ts';
