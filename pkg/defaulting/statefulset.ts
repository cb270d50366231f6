/** StatefulSets. */
import type { PersistentVolumeClaim, StatefulSet } from '../api/workloads.ts';
import { each, fill, fillZero, inside } from './fill.ts';
import { defaultPersistentVolumeClaim } from './persistentvolumeclaim.ts';
import { withSpec, withTemplate } from './workload.ts';

type Spec = NonNullable<StatefulSet['spec']>;
type Strategy = NonNullable<Spec['updateStrategy']>;

export const defaultStatefulSet = (object: StatefulSet): StatefulSet =>
  withSpec<Spec, StatefulSet>(object, (given) => {
    let spec = fillZero(given, { podManagementPolicy: 'OrderedReady' });
    spec = fill(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      updateStrategy: {},
      persistentVolumeClaimRetentionPolicy: {},
    });
    spec = inside(spec, 'updateStrategy', defaultStrategy);
    spec = inside(spec, 'persistentVolumeClaimRetentionPolicy', (policy) =>
      fillZero(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
    );
    return withTemplate(inside(spec, 'volumeClaimTemplates', (claims) => each(claims, defaultClaim)));
  });

/** A strategy that is named stays as it was written: only its partition is filled in. */
function defaultStrategy(given: Strategy): Strategy {
  const strategy = given.type ? given : fill({ ...given, type: 'RollingUpdate' }, { rollingUpdate: {} });
  if (strategy.type !== 'RollingUpdate') return strategy;
  return inside(strategy, 'rollingUpdate', (update) => fill(update, { partition: 0 }));
}

/** Claims inside say what they are. */
function defaultClaim(claim: NonNullable<Spec['volumeClaimTemplates']>[number]): PersistentVolumeClaim {
  const whole = { ...claim, metadata: claim.metadata ?? {} };
  const named = claim.kind === 'PersistentVolumeClaim' && claim.apiVersion === 'v1' && claim.metadata !== undefined;
  const complete = named
    ? (claim as PersistentVolumeClaim)
    : { kind: 'PersistentVolumeClaim', apiVersion: 'v1', ...whole };
  return defaultPersistentVolumeClaim(complete);
}
