/**
 * From a reference to a Service to an address: a ready endpoint of it, since this server need not stand where cluster
 * IPs are reached, and else the cluster IP.
 */
import type { KubeObject, Service } from '../../api/types.ts';
import type { WebhookClientConfig } from '../../api/admission.ts';
import type { ServerCore } from '../core.ts';
import { CallError, type Address } from './call.ts';

interface Slice extends KubeObject {
  ports?: { name?: string; port?: number }[];
  endpoints?: { addresses?: string[]; conditions?: { ready?: boolean } }[];
}

/** Throws CallError. */
export function resolveService(
  { registry, objects }: Pick<ServerCore, 'registry' | 'objects'>,
  { namespace, name, port = 443 }: NonNullable<WebhookClientConfig['service']>,
): Address {
  const services = registry.get('', 'services');
  const service = services && (objects.get(services, `${namespace}/${name}`)?.parse() as Service | undefined);
  if (service?.spec === undefined) throw new CallError(`service ${JSON.stringify(name)} not found`);
  const { type, clusterIP, externalName, ports = [] } = service.spec;
  if (type === 'ExternalName') return { host: externalName ?? '', port };
  const wanted = ports.find((candidate) => candidate.port === port);
  if (wanted === undefined) {
    throw new CallError(`no service port ${port} found for service ${JSON.stringify(name)}`);
  }
  const slices = registry.get('discovery.k8s.io', 'endpointslices');
  const found = slices === undefined ? [] : objects.cache(slices).current().iterate('', `${namespace}/`);
  for (const [, entry] of found) {
    if (entry.labels?.['kubernetes.io/service-name'] !== name) continue;
    const slice: Slice = entry.parse();
    const target = slice.ports?.find((candidate) => (candidate.name ?? '') === (wanted.name ?? ''))?.port;
    const ready = slice.endpoints?.filter(({ conditions }) => conditions?.ready !== false) ?? [];
    const address = ready[Math.floor(Math.random() * ready.length)]?.addresses?.[0];
    if (target !== undefined && address !== undefined) return { host: address, port: target };
  }
  if (clusterIP === undefined || clusterIP === 'None') {
    throw new CallError('cannot route to service with ClusterIP "None"');
  }
  return { host: clusterIP, port };
}
