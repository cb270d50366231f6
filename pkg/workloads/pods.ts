/** What a workload wants to know of its Pods. */
import type { ResourceType } from '../api/resources.ts';
import type { ObjectMeta, Pod, PodTemplate } from '../api/types.ts';
import { controllerReference, isBeingDeleted } from './ownership.ts';

export const isTerminal = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** Still counts as one of the replicas. */
export const isActive = (pod: Pod): boolean => !isTerminal(pod) && !isBeingDeleted(pod);

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** How long until a ready Pod has been so for `minReadySeconds`: 0 when it has; undefined when it is not ready. */
export function availableInMs(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = readyCondition(pod);
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(ready.lastTransitionTime ?? '');
  return Number.isNaN(since) ? undefined : Math.max(0, since + minReadySeconds * 1000 - now);
}

type Condition = NonNullable<NonNullable<Pod['status']>['conditions']>[number];

function readyCondition({ status }: Pod): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

export interface PodWish {
  readonly owner: { readonly metadata: ObjectMeta };
  readonly ownerType: ResourceType;
  readonly template: PodTemplate | undefined;
  /** Absent: the server completes the owner's name. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A new Pod after a template. */
export function podFromTemplate({ owner, ownerType, template, name, labels, annotations }: PodWish): Pod {
  const { namespace = '', name: ownerName = '' } = owner.metadata;
  const { metadata, spec } = template ?? {};
  const allAnnotations = { ...metadata?.annotations, ...annotations };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? { generateName: `${ownerName}-` } : { name }),
      namespace,
      labels: { ...metadata?.labels, ...labels },
      ...(Object.keys(allAnnotations).length === 0 ? {} : { annotations: allAnnotations }),
      ...(metadata?.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      ownerReferences: [controllerReference(ownerType, owner)],
    },
    spec: spec ?? { containers: [] },
  };
}
