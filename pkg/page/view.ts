/** What the live page shows, as data: each Service with its addresses and the Pods behind it. */
import type { EndpointSlice, Node, Pod, Service } from '../api/types.ts';
import { explainService, type PodExplanation } from '../explain/index.ts';

/** Where a Service port is reached from this machine. */
export interface Door {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly listen: { readonly host: string; readonly port: number };
}

export interface PageInputs {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly doors: readonly Door[];
}

export interface PodView {
  readonly name: string;
  readonly state: 'serves' | 'leaving' | 'waits';
  readonly node: string;
  readonly ip: string;
  /** Why it is or is not behind the Service. */
  readonly why: string;
  readonly fix: string;
}

export interface ServiceView {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly addresses: readonly string[];
  readonly ports: readonly string[];
  readonly doors: readonly string[];
  readonly says: readonly string[];
  readonly pods: readonly PodView[];
  /** Pods left out of `pods`. */
  readonly more: number;
}

export interface PageView {
  readonly services: readonly ServiceView[];
  /** Services left out. */
  readonly more: number;
}

/** A page is for people; what is beyond these is counted only. */
const mostServices = 100;
const mostPods = 60;

export function pageView({ services, slices, pods, nodes, doors }: PageInputs): PageView {
  const podsOf = byNamespace(pods);
  const slicesOf = byNamespace(slices);
  const shown = services.toSorted(byName).slice(0, mostServices);
  return {
    services: shown.map((service) => {
      const { namespace = '' } = service.metadata;
      const here = podsOf.get(namespace) ?? [];
      return serviceView({ service, pods: here, slices: slicesOf.get(namespace) ?? [], nodes, doors });
    }),
    more: services.length - shown.length,
  };
}

interface ServiceInputs extends Omit<PageInputs, 'services'> {
  readonly service: Service;
}

function serviceView({ service, slices, pods, nodes, doors }: ServiceInputs): ServiceView {
  const { namespace = '', name = '' } = service.metadata;
  const { type = 'ClusterIP', clusterIPs = [], ports = [], externalName } = service.spec ?? {};
  const explanation = explainService({ service, slices, pods, nodes });
  const known = new Map(pods.map((pod) => [pod.metadata.name, pod]));
  const related = explanation.pods.filter((pod) => pod.related || pod.serves);
  return {
    namespace,
    name,
    type: clusterIPs[0] === 'None' ? 'headless' : type,
    addresses: externalName === undefined ? clusterIPs.filter((ip) => ip !== 'None') : [externalName],
    ports: ports.map(({ port, targetPort = port, protocol = 'TCP' }) => `${port}→${targetPort}/${protocol}`),
    doors: doors.filter((door) => door.namespace === namespace && door.name === name).map(doorText),
    says: explanation.sentences.map(({ text }) => text),
    pods: related.slice(0, mostPods).map((one) => podView(one, known.get(one.pod))),
    more: Math.max(0, related.length - mostPods),
  };
}

function podView({ pod: name, serves, sentences }: PodExplanation, pod: Pod | undefined): PodView {
  const leaving = pod?.metadata.deletionTimestamp !== undefined;
  return {
    name,
    state: leaving ? 'leaving' : serves ? 'serves' : 'waits',
    node: pod?.spec?.nodeName ?? '',
    ip: pod?.status?.podIP ?? '',
    why: sentences.map(({ text }) => text).join(' '),
    fix: sentences.flatMap(({ fix }) => fix ?? []).join(' '),
  };
}

function doorText({ listen, port, protocol }: Door): string {
  const address = `${listen.host}:${listen.port}`;
  if (protocol !== 'TCP') return `${address} ${protocol}`;
  return `${port === 443 ? 'https' : 'http'}://${address}/`;
}

function byNamespace<T extends Pod | EndpointSlice>(objects: readonly T[]): Map<string, T[]> {
  return Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? '');
}

/** User Services first: those of the system are seldom what somebody wants to watch. */
function byName({ metadata: a }: Service, { metadata: b }: Service): number {
  const rank = ({ namespace = '', name = '' }: Service['metadata']): string =>
    `${name === 'kubernetes' || namespace.startsWith('kube-') ? 1 : 0} ${namespace}/${name}`;
  return rank(a) < rank(b) ? -1 : 1;
}
