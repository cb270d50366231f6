/** `group/Kind` → hooks; the core group is the empty string. Kinds without a row are stored as they come. */
import type { KubeObject } from '../api/types.ts';
import { coreStrategies } from './strategies-core.ts';
import { policyStrategies } from './strategies-policies.ts';
import { workloadStrategies } from './strategies-workloads.ts';
import type { Strategy } from './strategy.ts';

export const strategies: ReadonlyMap<string, Strategy> = new Map([
  ...coreStrategies,
  ...workloadStrategies,
  ...policyStrategies,
]);

/** Just the defaulting step, by the same keys. */
export const defaulters: ReadonlyMap<string, (object: KubeObject) => KubeObject> = new Map(
  [...strategies].flatMap(([key, kind]) => (kind.default === undefined ? [] : [[key, kind.default] as const])),
);
