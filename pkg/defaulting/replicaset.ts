/** ReplicaSets. */
import type { ReplicaSet } from '../api/workloads.ts';
import { fill } from './fill.ts';
import { withSpec, withTemplate } from './workload.ts';

type Spec = NonNullable<ReplicaSet['spec']>;

export const defaultReplicaSet = (object: ReplicaSet): ReplicaSet =>
  withSpec<Spec, ReplicaSet>(object, (spec) => withTemplate(fill(spec, { replicas: 1 })));
