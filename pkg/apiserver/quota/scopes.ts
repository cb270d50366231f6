/** Which objects a quota with scopes is about. Pure. */
import type { KubeObject, Pod } from '../../api/types.ts';
import type { PersistentVolumeClaim, ResourceQuota } from '../../api/workloads.ts';
import { podQos } from '../../validation/core/pod/qos.ts';
import type { Counted } from './usage.ts';

interface Selector {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export function matchesScopes({ spec }: ResourceQuota, counted: Counted, object: KubeObject): boolean {
  const selectors: Selector[] = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  return selectors.every((selector) => matches(selector, counted, object));
}

function matches(selector: Selector, { group, resource }: Counted, object: KubeObject): boolean {
  if (group !== '') return false;
  if (resource === 'pods') return matchesPod(selector, object);
  return resource === 'persistentvolumeclaims' && matchesClaim(selector, object);
}

function matchesPod(selector: Selector, pod: Pod): boolean {
  const { spec, status } = pod;
  switch (selector.scopeName) {
    case 'Terminating':
      return isTerminating(pod);
    case 'NotTerminating':
      return !isTerminating(pod);
    case 'BestEffort':
      return (status?.qosClass || podQos(pod)) === 'BestEffort';
    case 'NotBestEffort':
      return (status?.qosClass || podQos(pod)) !== 'BestEffort';
    case 'PriorityClass':
      return matchesValue(selector, spec?.priorityClassName ? [spec.priorityClassName] : []);
    case 'CrossNamespacePodAffinity':
      return reachesOtherNamespaces(pod);
    default:
      return false;
  }
}

/** It will end by itself. */
export const isTerminating = ({ spec }: Pod): boolean => (spec?.activeDeadlineSeconds ?? -1) >= 0;

function matchesClaim(selector: Selector, { spec, status }: PersistentVolumeClaim): boolean {
  if (selector.scopeName !== 'VolumeAttributesClass') return false;
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return matchesValue(selector, names.filter((name) => name !== undefined && name !== '') as string[]);
}

function matchesValue({ operator, values = [] }: Selector, own: readonly string[]): boolean {
  const found = own.some((value) => values.includes(value));
  switch (operator) {
    case 'Exists':
      return own.length > 0;
    case 'DoesNotExist':
      return own.length === 0;
    case 'In':
      return found;
    case 'NotIn':
      return !found;
    default:
      return false;
  }
}

function reachesOtherNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  const terms = [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => one.podAffinityTerm),
  ]);
  return terms.some(
    ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
  );
}
