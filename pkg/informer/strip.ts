/**
 * What is kept of an object (IN40). Pods and Nodes are many and large, and the Service suite reads a tenth of them;
 * of everything else only the record of who set which field goes, all but its newest entry (CX5, CX6).
 */
import type { KubeObject, Node, ObjectMeta, Pod } from '../api/types.ts';
import { Interner } from '../collections/interner.ts';

/** Keeps the whole object but for `managedFields`, of which the newest manager and its time stay, without fields. */
export function stripManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields } = object.metadata;
  if (managedFields === undefined) return object;
  let newest: NonNullable<ObjectMeta['managedFields']>[number] | undefined;
  for (const entry of managedFields)
    if (newest === undefined || (entry.time ?? '') >= (newest.time ?? '')) newest = entry;
  if (newest === undefined) delete object.metadata.managedFields;
  else object.metadata.managedFields = [{ ...picked(newest, ['manager', 'operation', 'subresource', 'time']) }];
  return object;
}

/** A transform for Pods; strings that repeat from Pod to Pod are kept once for all that this one has seen (IN41). */
export function podStripper(): (pod: Pod) => Pod {
  const strings = new Interner();
  const intern = <V>(value: V): V => (typeof value === 'string' ? (strings.intern(value) as V) : value);
  return (pod) =>
    defined({
      apiVersion: intern(pod.apiVersion),
      kind: intern(pod.kind),
      metadata: stripMeta(pod.metadata, intern),
      spec: defined({
        nodeName: intern(pod.spec?.nodeName),
        hostname: pod.spec?.hostname,
        subdomain: intern(pod.spec?.subdomain),
        hostNetwork: pod.spec?.hostNetwork,
        restartPolicy: intern(pod.spec?.restartPolicy),
        containers: (pod.spec?.containers ?? []).map((container) => stripContainer(container, intern)),
        initContainers: pod.spec?.initContainers?.map((container) => stripContainer(container, intern)),
      }),
      status: defined({
        phase: intern(pod.status?.phase),
        podIP: pod.status?.podIP,
        podIPs: pod.status?.podIPs,
        conditions: stripConditions(pod.status?.conditions, intern),
      }),
    }) as Pod;
}

/** A transform for Nodes. */
export function nodeStripper(): (node: Node) => Node {
  const strings = new Interner();
  const intern = <V>(value: V): V => (typeof value === 'string' ? (strings.intern(value) as V) : value);
  return (node) =>
    defined({
      apiVersion: intern(node.apiVersion),
      kind: intern(node.kind),
      metadata: stripMeta(node.metadata, intern),
      spec: defined({ unschedulable: node.spec?.unschedulable }),
      status: defined({
        allocatable: defined({ cpu: intern(node.status?.allocatable?.['cpu']) }),
        addresses: node.status?.addresses,
        conditions: stripConditions(node.status?.conditions, intern),
      }),
    }) as Node;
}

type Intern = <V>(value: V) => V;

function stripMeta(metadata: ObjectMeta, intern: Intern): ObjectMeta {
  const controllers = metadata.ownerReferences?.filter((owner) => owner.controller === true);
  return defined({
    name: metadata.name,
    namespace: intern(metadata.namespace),
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    labels: metadata.labels === undefined ? undefined : internMap(metadata.labels, intern),
    deletionTimestamp: metadata.deletionTimestamp,
    ownerReferences: controllers?.length ? controllers.map((owner) => internMap(owner, intern)) : undefined,
  }) as ObjectMeta;
}

/** Object.fromEntries defines its keys, so that a label `__proto__` stays a label. */
const internMap = <M extends object>(map: M, intern: Intern): M =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, intern<unknown>(value)])) as M;

type Container = NonNullable<Pod['spec']>['containers'][number];

function stripContainer({ name, ports, restartPolicy }: Container, intern: Intern): Container {
  return defined({
    name: intern(name),
    ports: ports?.map((port) =>
      defined({ name: intern(port.name), containerPort: port.containerPort, protocol: intern(port.protocol) }),
    ),
    restartPolicy,
  }) as Container;
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

function stripConditions(conditions: readonly Condition[] | undefined, intern: Intern): Condition[] | undefined {
  return conditions
    ?.filter(({ type }) => type === 'Ready')
    .map(({ type, status }) => ({ type: intern(type), status: intern(status) }));
}

/**
 * Only the fields that are there, so that stripped objects look as if they had come that way. Copied, not deleted from:
 * an object that lost a field takes V8 several times the memory.
 */
function defined<T extends object>(object: T): { [K in keyof T]: NonNullable<T[K]> } {
  const kept: Partial<T> = {};
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] !== undefined) kept[key] = object[key];
  return kept as { [K in keyof T]: NonNullable<T[K]> };
}

function picked<T extends object, K extends keyof T>(object: T, keys: readonly K[]): Pick<T, K> {
  return defined(Object.fromEntries(keys.map((key) => [key, object[key]]))) as unknown as Pick<T, K>;
}
