/** Puts objects into an API server, as they are meant to stand there afterwards. */
import type { EndpointSlice, KubeObject, Pod, Service } from '../../pkg/api/types.ts';
import type { ClusterObjects } from '../../pkg/dns/records/testdata/build.ts';
import type { RestAnswer, RestClient } from '../rest.ts';

const atOnce = 48;

/** Runs all of them, a few at a time. */
export async function inLanes<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) await act(items[next++] as T);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

export class Loader {
  readonly #rest: RestClient;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  async load({ namespaces, services, endpointSlices, pods }: ClusterObjects): Promise<void> {
    await inLanes(namespaces, (object) => this.#put('/api/v1/namespaces', object, 409));
    await inLanes(services, (object) => this.putService(object));
    await inLanes(endpointSlices, (object) => this.putSlice(object));
    await inLanes(pods, (object) => this.#putPod(object));
  }

  /** What the server made of it: its addresses. */
  async putService(service: Service): Promise<Service> {
    const { body } = await this.#put(pathOf(service, 'services'), toSend(service));
    return body as unknown as Service;
  }

  async putSlice(slice: EndpointSlice): Promise<void> {
    await this.#put(pathOf(slice, 'endpointslices'), slice);
  }

  async remove(object: KubeObject, resource: 'services' | 'endpointslices' | 'pods'): Promise<void> {
    const path = `${pathOf(object, resource)}/${object.metadata.name ?? ''}`;
    const { code, body } = await this.#rest.delete(path);
    // A Pod on a node waits for a kubelet, and there is none.
    if (resource === 'pods') await this.#rest.delete(`${path}?gracePeriodSeconds=0`);
    if (code >= 300 && code !== 404) throw new Error(`DELETE ${path}: ${code} ${JSON.stringify(body)}`);
  }

  async #putPod(pod: Pod): Promise<void> {
    const path = pathOf(pod, 'pods');
    const spec = { nodeName: 'node-0', containers: [{ name: 'c', image: 'pause' }] };
    const { deletionTimestamp, ...metadata } = pod.metadata;
    await this.#put(path, { metadata, spec });
    const own = `${path}/${pod.metadata.name ?? ''}`;
    const { code, body } = await this.#rest.patch(`${own}/status`, { status: pod.status });
    if (code >= 300) throw new Error(`PATCH ${own}/status: ${code} ${JSON.stringify(body)}`);
    if (deletionTimestamp !== undefined) await this.#rest.delete(own);
  }

  async #put(path: string, object: KubeObject, tolerated = 0): Promise<RestAnswer> {
    const answer = await this.#rest.post(path, object);
    if (answer.code < 300 || answer.code === tolerated) return answer;
    throw new Error(`POST ${path}: ${answer.code} ${JSON.stringify(answer.body)}: ${JSON.stringify(object)}`);
  }
}

export function pathOf({ metadata }: KubeObject, resource: 'services' | 'endpointslices' | 'pods'): string {
  const group = resource === 'endpointslices' ? '/apis/discovery.k8s.io/v1' : '/api/v1';
  return `${group}/namespaces/${metadata.namespace ?? ''}/${resource}`;
}

/** An address of both families has to be asked for by policy; ports of one Service need names. */
function toSend(service: Service): Service {
  const { clusterIPs = [], ...spec } = service.spec ?? {};
  if (spec.type === 'ExternalName') return { ...service, spec };
  const families = clusterIPs.map((ip) => (ip.includes(':') ? 'IPv6' : 'IPv4'));
  const isHeadless = clusterIPs[0] === 'None';
  return {
    metadata: service.metadata,
    spec: {
      ...spec,
      ...(clusterIPs.length > 0 && { clusterIPs }),
      ...(clusterIPs.length > 1 && { ipFamilyPolicy: 'RequireDualStack' }),
      ...(clusterIPs.length > 0 && !isHeadless && { ipFamilies: families }),
    },
  };
}
