/** Why each pod is or is not behind a Service, from the objects alone; nothing is asked of a server. */
import type { Endpoint, EndpointSlice, Endpoints, Node, Pod, Service } from '../api/types.ts';
import { byName, explode, followsPods, isSelectorless, podIps, serviceOf } from '../endpoints/index.ts';
import type { Surroundings } from './judge-pod.ts';
import { obstacles, remarks } from './judge-pod.ts';
import { distance } from './nearest-label.ts';
import type { PodReason, Sentence, ServiceReason } from './reasons.ts';
import { podSentence, serviceSentence } from './sentences.ts';

export interface ExplainInputs {
  readonly service: Service;
  /** All of the namespace, or the ones asked about. */
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  /** Absent: not looked at; explain what should be. */
  readonly slices?: readonly EndpointSlice[];
  readonly endpoints?: Endpoints;
}

export interface PodExplanation {
  readonly pod: string;
  /** Traffic reaches it now. */
  readonly serves: boolean;
  /** It is, or nearly is, what the selector means; tools may leave out the others. */
  readonly related: boolean;
  /** The decisive one first. */
  readonly reasons: readonly PodReason[];
  readonly sentences: readonly Sentence[];
}

export interface ServiceExplanation {
  readonly service: string;
  readonly reasons: readonly ServiceReason[];
  readonly sentences: readonly Sentence[];
  readonly pods: readonly PodExplanation[];
}

export function explainService(inputs: ExplainInputs): ServiceExplanation {
  const { service } = inputs;
  const name = service.metadata.name ?? '';
  const pods = explainPods(inputs);
  const reasons = serviceReasons(inputs, pods);
  return { service: name, reasons, sentences: reasons.map((reason) => serviceSentence(name, reason)), pods };
}

/** In order of names. A Service without selector has no pods to explain. */
export function explainPods(inputs: ExplainInputs): PodExplanation[] {
  const { service, pods, nodes } = inputs;
  if (!followsPods(service)) return [];
  const surroundings: Surroundings = {
    nodes: new Map(nodes.map((node) => [node.metadata.name ?? '', node])),
    podsByIp: groupByIp(pods),
  };
  const published = publishedPods(inputs);
  const cut = overCapacity(inputs);
  return pods.toSorted(byName).map((pod) => {
    const found = published === undefined ? 'unknown' : published.get(pod.metadata.name ?? '');
    const reasons = judge(service, pod, surroundings, found);
    if (reasons[0]?.kind === 'serves' && cut(pod)) reasons.push({ kind: 'overCapacity' });
    return describe(pod, service, reasons, found);
  });
}

type Found = Endpoint | 'unknown' | undefined;

function judge(service: Service, pod: Pod, surroundings: Surroundings, found: Found): PodReason[] {
  const against = obstacles(service, pod, surroundings);
  // A port that is missing keeps a pod from that port only (C13).
  const blocking = against.filter(({ kind }) => !kind.startsWith('port'));
  if (blocking.length > 0) {
    const stale = found !== 'unknown' && found !== undefined && found.conditions?.ready !== false;
    return stale ? [...against, { kind: 'stillPublished' }] : [...against];
  }
  if (found === undefined) return [{ kind: 'notPublished' }, ...against];
  const addresses = found === 'unknown' ? podIps(pod) : found.addresses;
  return [{ kind: 'serves', addresses }, ...against, ...remarks(pod, service, surroundings)];
}

function describe(pod: Pod, service: Service, reasons: readonly PodReason[], found: Found): PodExplanation {
  const name = pod.metadata.name ?? '';
  const serves =
    found === 'unknown' ? reasons[0]?.kind === 'serves' : found !== undefined && found.conditions?.ready !== false;
  return {
    pod: name,
    serves,
    related: isRelated(service, reasons),
    reasons,
    sentences: reasons.map((reason) => podSentence(name, service.metadata.name ?? '', reason)),
  };
}

/** At most one selector entry away, or all of them by spelling only. */
function isRelated({ spec }: Service, [first]: readonly PodReason[]): boolean {
  if (first?.kind === 'otherNamespace') return false;
  if (first?.kind !== 'labelMismatch') return true;
  const entries = Object.keys(spec?.selector ?? {}).length;
  const away = distance(first.labels);
  return away < entries && away <= 1;
}

/** Pods by name as the slices have them; the ready one wins where there are two. */
function publishedPods({ service, slices }: ExplainInputs): Map<string, Endpoint> | undefined {
  if (slices === undefined) return undefined;
  const published = new Map<string, Endpoint>();
  for (const slice of slices) {
    const { namespace } = slice.metadata;
    if (namespace !== service.metadata.namespace || serviceOf(slice) !== service.metadata.name) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const { kind, name } = endpoint.targetRef ?? {};
      if (kind !== 'Pod' || name === undefined) continue;
      const known = published.get(name);
      if (known === undefined || known.conditions?.ready === false) published.set(name, endpoint);
    }
  }
  return published;
}

/** Whether a pod is missing from an Endpoints object that is full. */
function overCapacity({ endpoints }: ExplainInputs): (pod: Pod) => boolean {
  const listed = explode(endpoints?.subsets);
  const mark = endpoints?.metadata.annotations?.['endpoints.kubernetes.io/over-capacity'];
  if (mark === undefined) return () => false;
  const names = new Set(listed.map(({ address }) => address.targetRef?.name));
  return (pod) => !names.has(pod.metadata.name);
}

function groupByIp(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    for (const ip of podIps(pod)) {
      const group = groups.get(ip);
      if (group === undefined) groups.set(ip, [pod]);
      else group.push(pod);
    }
  }
  return groups;
}

function serviceReasons({ service, slices = [] }: ExplainInputs, pods: readonly PodExplanation[]): ServiceReason[] {
  const { spec } = service;
  if (spec?.type === 'ExternalName') return [{ kind: 'externalName', name: spec.externalName ?? '' }];
  if (isSelectorless(service)) {
    const own = slices.filter((slice) => serviceOf(slice) === service.metadata.name);
    return [{ kind: 'noSelector', published: own.flatMap(({ endpoints }) => endpoints ?? []).length }];
  }
  const noPorts: ServiceReason[] =
    (spec?.ports ?? []).length === 0 && spec?.clusterIP !== 'None' ? [{ kind: 'noPorts' }] : [];
  const matching = pods.filter(({ reasons: [first] }) => !unmeant(first));
  if (matching.length === 0) return [...noPorts, noPodMatches(service, pods)];
  const serving = matching.filter(({ serves }) => serves).length;
  return [
    ...noPorts,
    serving === 0
      ? { kind: 'nobodyReady', matching: matching.length }
      : { kind: 'healthy', serving, matching: matching.length },
  ];
}

const unmeant = (reason: PodReason | undefined): boolean =>
  reason?.kind === 'labelMismatch' || reason?.kind === 'otherNamespace';

/** Up to three labels that were perhaps meant, each once. */
function noPodMatches({ spec }: Service, pods: readonly PodExplanation[]): ServiceReason {
  const selector = Object.entries(spec?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  const nearest = pods
    .filter(({ related }) => related)
    .flatMap(({ reasons: [first] }) => (first?.kind === 'labelMismatch' ? first.labels : []))
    .flatMap(({ key, found, nearest }) => {
      if (found !== undefined) return [`${key}=${found}`];
      return nearest === undefined ? [] : [`${nearest.key}=${nearest.value}`];
    });
  return { kind: 'noPodMatches', selector: selector.join(','), nearest: [...new Set(nearest)].slice(0, 3) };
}
