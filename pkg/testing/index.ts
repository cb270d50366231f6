export { start } from './start.ts';
export type { Cluster, StartOptions } from './start.ts';
export { waitFor } from './wait-for.ts';
