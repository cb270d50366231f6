/** What an object costs, in the names that a quota may limit, and which names those are. Pure. */
import type { KubeObject, Pod, Service } from '../../api/types.ts';
import type { PersistentVolumeClaim } from '../../api/workloads.ts';
import { amountsOf, countOf, type Amount, type Amounts } from './amounts.ts';
import { podAmounts } from './pod-amounts.ts';

export interface Counted {
  readonly group: string;
  readonly resource: string;
}

/** Read by nobody's quota. */
const ignored = new Set(['/bindings', '/events', 'events.k8s.io/events']);

export const isCounted = ({ group, resource }: Counted): boolean => !ignored.has(`${group}/${resource}`);

const countName = ({ group, resource }: Counted): string => `count/${resource}${group === '' ? '' : `.${group}`}`;
/** Names from before every resource could be counted. */
const oldNames = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);

const compute = ['cpu', 'memory', 'ephemeral-storage'];
const podNames = new Set(['pods', ...compute, ...compute.flatMap((name) => [`requests.${name}`, `limits.${name}`])]);
const serviceNames = new Set(['services', 'services.nodeports', 'services.loadbalancers']);
const claimNames = ['persistentvolumeclaims', 'requests.storage'];
const classSuffix = '.storageclass.storage.k8s.io/';

/** Whether objects of this resource are charged to a limit of that name. */
export function isChargedTo(counted: Counted, name: string): boolean {
  if (name === countName(counted)) return true;
  if (counted.group !== '') return false;
  switch (counted.resource) {
    case 'pods':
      return podNames.has(name) || /^(?:requests\.)?hugepages-/.test(name) || isExtended(name);
    case 'services':
      return serviceNames.has(name);
    case 'persistentvolumeclaims':
      return claimNames.some((own) => own === name || name.endsWith(classSuffix + own));
    default:
      return oldNames.has(counted.resource) && name === counted.resource;
  }
}

/** `requests.example.com/gpu` */
const isExtended = (name: string): boolean =>
  name.startsWith('requests.') && name.includes('/') && !name.includes('kubernetes.io/') && !name.includes(classSuffix);

export function usageOf(counted: Counted, object: KubeObject, now: number): Amounts {
  const usage = new Map<string, Amount>([[countName(counted), countOf(1)]]);
  const add = (name: string, amount: Amount): void => void usage.set(name, amount);
  if (counted.group !== '') return usage;
  switch (counted.resource) {
    case 'pods':
      addPod(object, now, add);
      break;
    case 'services':
      addService(object, add);
      break;
    case 'persistentvolumeclaims':
      addClaim(object, add);
      break;
    default:
      if (oldNames.has(counted.resource)) add(counted.resource, countOf(1));
  }
  return usage;
}

type Add = (name: string, amount: Amount) => void;

function addPod(pod: Pod, now: number, add: Add): void {
  if (hasEnded(pod, now)) return;
  for (const [name, amount] of podCompute(pod)) add(name, amount);
}

/** Neither what has ended nor what should have ended long ago keeps others out. */
function hasEnded({ metadata, status }: Pod, now: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

const podCompute = (pod: Pod): Amounts =>
  computeNames(podAmounts(pod, 'requests', { useStatus: true }), podAmounts(pod, 'limits', { useStatus: true }));

/** The names under which requests and limits are counted. */
export function computeNames(requests: Amounts, limits: Amounts): Amounts {
  const usage = new Map([['pods', countOf(1)]]);
  for (const name of compute) {
    const request = requests.get(name);
    if (request !== undefined) usage.set(name, request).set(`requests.${name}`, request);
    const limit = limits.get(name);
    if (limit !== undefined) usage.set(`limits.${name}`, limit);
  }
  for (const [name, request] of requests) {
    if (name.startsWith('hugepages-')) usage.set(name, request).set(`requests.${name}`, request);
    else if (isExtended(`requests.${name}`)) usage.set(`requests.${name}`, request);
  }
  return usage;
}

function addService({ spec }: Service, add: Add): void {
  const ports = spec?.ports ?? [];
  const isBalanced = spec?.type === 'LoadBalancer';
  // B183: the intent counts, as ports are not always chosen yet.
  const chosen =
    isBalanced && spec.allocateLoadBalancerNodePorts === false
      ? ports.filter(({ nodePort = 0 }) => nodePort !== 0)
      : isBalanced || spec?.type === 'NodePort'
        ? ports
        : [];
  add('services', countOf(1));
  add('services.nodeports', countOf(chosen.length));
  add('services.loadbalancers', countOf(isBalanced ? 1 : 0));
}

const olderClass = 'volume.beta.kubernetes.io/storage-class';

function addClaim({ metadata, spec, status }: PersistentVolumeClaim, add: Add): void {
  const annotations = metadata.annotations ?? {};
  const storageClass = Object.hasOwn(annotations, olderClass) ? annotations[olderClass] : spec?.storageClassName;
  const addBoth = (name: string, amount: Amount): void => {
    add(name, amount);
    if (storageClass) add(`${storageClass}${classSuffix}${name}`, amount);
  };
  addBoth('persistentvolumeclaims', countOf(1));
  const wanted = amountsOf(spec?.resources?.requests).get('storage');
  if (wanted === undefined) return;
  const allocated = amountsOf(status?.allocatedResources).get('storage');
  addBoth('requests.storage', wholeBytes(allocated !== undefined && allocated.nano > wanted.nano ? allocated : wanted));
}

const billion = 1_000_000_000n;
const wholeBytes = ({ nano, format }: Amount): Amount => ({
  nano: ((nano + billion - 1n) / billion) * billion,
  format,
});
