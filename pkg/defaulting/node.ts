/** Node: what is allocatable is what there is, unless said otherwise. A Node keeps the status it was created with (P24). */
import type { Node } from '../api/types.ts';
import { inside, without } from './fill.ts';
import { keepSpec, keepStatus } from './strategy.ts';

type Spec = NonNullable<Node['spec']>;

export function defaultNode(node: Node): Node {
  return inside(inside(node, 'spec', syncPodNetworks), 'status', (status) =>
    status.allocatable === undefined && status.capacity !== undefined
      ? { ...status, allocatable: status.capacity }
      : status,
  );
}

/** The first of the Pod networks has a field of its own, which wins: it is the older one. */
function syncPodNetworks(spec: Spec): Spec {
  const { podCIDR = '', podCIDRs = [] } = spec;
  const first = podCIDRs[0] ?? '';
  if (podCIDR === first) return spec;
  return podCIDR === '' ? { ...spec, podCIDR: first } : { ...spec, podCIDRs: [podCIDR] };
}

/** The dynamic kubelet configuration is gone; its fields are dropped where nobody had them. */
export const prepareNodeForCreate = (node: Node): Node =>
  inside(
    inside(node, 'spec', (spec) => without(spec, 'configSource')),
    'status',
    (status) => without(status, 'config'),
  );

export function prepareNodeForUpdate(next: Node, previous: Node): Node {
  const kept = keepStatus(next, previous);
  return previous.spec?.configSource === undefined
    ? inside(kept, 'spec', (spec) => without(spec, 'configSource'))
    : kept;
}

export function prepareNodeStatusUpdate(next: Node, previous: Node): Node {
  const kept = keepSpec(next, previous);
  return previous.status?.config === undefined ? inside(kept, 'status', (status) => without(status, 'config')) : kept;
}
