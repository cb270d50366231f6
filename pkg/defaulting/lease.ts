/** Leases. Coordinated election is behind a switch that is off; its fields are dropped. */
import type { Lease } from '../api/types.ts';
import { inside, without } from './fill.ts';

export const withoutCoordination = (lease: Lease): Lease =>
  inside(lease, 'spec', (spec) => without(spec, 'strategy', 'preferredHolder'));
