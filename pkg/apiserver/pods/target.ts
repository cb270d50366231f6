/** Which container of which Pod is meant, and who runs it. */
import { badRequest, failure, notFound } from '../../api/status.ts';
import type { Node, Pod } from '../../api/types.ts';
import { keyOf } from '../registry/object-store.ts';
import type { Scope } from '../resources/scope.ts';
import type { PodRuntime } from './runtime.ts';

export async function podOf(scope: Scope): Promise<Pod> {
  const { core, resource, info } = scope;
  await core.objects.refresh();
  const entry = core.objects.get(resource, keyOf(resource, info.namespace, info.name));
  if (entry === undefined) throw notFound(resource, info.name);
  return entry.parse();
}

/** The named one, or the only one. */
export function containerOf({ metadata, spec }: Pod, wanted: string): string {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec ?? {};
  const all = [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => name);
  const pod = metadata.name ?? '';
  if (wanted !== '') {
    if (all.includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${pod}`);
  }
  const [first, ...more] = containers;
  if (first === undefined) throw badRequest(`a container name must be specified for pod ${pod}`);
  if (more.length === 0) return first.name;
  throw badRequest(`a container name must be specified for pod ${pod}, choose one of: [${all.join(' ')}]`);
}

/** Throws what upstream says when no kubelet answers for the node of the Pod. */
export function runtimeOf(scope: Scope, pod: Pod, path: string): PodRuntime {
  const node = pod.spec?.nodeName ?? '';
  const { core } = scope;
  if (core.pods?.runs(node) === true) return core.pods;
  const nodes = core.registry.get('', 'nodes');
  const entry = nodes && core.objects.get(nodes, node);
  if (entry === undefined) throw notFound({ group: '', resource: 'nodes' }, node);
  const { status }: Node = entry.parse();
  const place = kubeletOf(status);
  const url = `https://${place}/${path}`;
  const method = scope.request.method === 'POST' ? 'Post' : 'Get';
  throw failure(
    500,
    'InternalError',
    `Internal error occurred: ${method} ${JSON.stringify(url)}: nobody runs Pods here`,
    {
      causes: [{ message: `${method} ${JSON.stringify(url)}: nobody runs Pods here` }],
    },
  );
}

const order = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];
const kubeletPort = 10_250;

function kubeletOf(status: Node['status']): string {
  const addresses = status?.addresses ?? [];
  const best = order.flatMap((type) => addresses.filter((one) => one.type === type))[0];
  if (best === undefined) {
    const known = addresses.map(({ type, address }) => `{${type} ${address}}`).join(' ');
    throw failure(500, '', `no preferred addresses found; known addresses: [${known}]`);
  }
  const host = best.address.includes(':') ? `[${best.address}]` : best.address;
  return `${host}:${status?.daemonEndpoints?.kubeletEndpoint?.Port || kubeletPort}`;
}
