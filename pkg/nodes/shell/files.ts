/** What a kubelet puts into a container: variables and the files of name resolution. */
import type { Pod, Service } from '../../api/types.ts';
import { containerEnvironment, serviceEnvironment, type Variable } from '../../environment/index.ts';
import type { Surroundings } from './call.ts';

export const hostnameOf = ({ metadata, spec }: Pod): string => spec?.hostname || (metadata.name ?? '').slice(0, 63);

/** In the order of `env`: what an image would set comes first. */
export function containerVariables(services: readonly Service[], pod: Pod, container: string): readonly Variable[] {
  const linked = pod.spec?.enableServiceLinks ?? true;
  const { variables } = serviceEnvironment(
    knownAtStart(services, pod, container),
    pod.metadata.namespace ?? 'default',
    linked,
  );
  const all = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []),
    ...(pod.spec?.ephemeralContainers ?? []),
  ];
  const given = all.find(({ name }) => name === container)?.env ?? [];
  // What comes from ConfigMaps and Secrets would have to be read; only fields of the Pod are told here.
  const own = given.flatMap(({ name, value, valueFrom }) => {
    const field = valueFrom?.fieldRef?.fieldPath;
    if (field !== undefined) return [{ name, value: fieldOf(pod, field), isReference: true }];
    return valueFrom === undefined ? [{ name, value: value ?? '' }] : [];
  });
  return [
    { name: 'PATH', value: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    { name: 'HOSTNAME', value: hostnameOf(pod) },
    ...containerEnvironment(variables, { own }),
    { name: 'HOME', value: '/root' },
  ];
}

/** A container learns of the Services that are there when it starts, and of no later one. */
function knownAtStart(services: readonly Service[], { status }: Pod, container: string): readonly Service[] {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const startedAt = all.find(({ name }) => name === container)?.state?.running?.startedAt;
  if (startedAt === undefined) return services;
  return services.filter(({ metadata }) => (metadata.creationTimestamp ?? '') <= startedAt);
}

function fieldOf({ metadata, spec, status }: Pod, path: string): string {
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'spec.nodeName':
      return spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return status?.hostIP ?? '';
    case 'status.podIP':
    case 'status.podIPs':
      return status?.podIP ?? '';
    default: {
      const [, kind, key = ''] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
      const map = kind === 'labels' ? metadata.labels : kind === 'annotations' ? metadata.annotations : undefined;
      return map !== undefined && Object.hasOwn(map, key) ? (map[key] ?? '') : '';
    }
  }
}

/** Names that are tried in turn for one that is not full. */
export function searchList({ clusterDomain }: Surroundings, { metadata, spec }: Pod): string[] {
  const own = spec?.dnsConfig?.searches ?? [];
  if (usesOwnDns(spec)) return own;
  const namespace = metadata.namespace ?? 'default';
  return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain, ...own];
}

const usesOwnDns = (spec: Pod['spec']): boolean =>
  spec?.dnsPolicy === 'None' ||
  spec?.dnsPolicy === 'Default' ||
  (spec?.hostNetwork === true && spec.dnsPolicy !== 'ClusterFirstWithHostNet');

export function ndotsOf({ spec }: Pod): number {
  const option = spec?.dnsConfig?.options?.find(({ name }) => name === 'ndots')?.value;
  return option === undefined ? (usesOwnDns(spec) ? 1 : 5) : Number(option);
}

export function resolvConf(world: Surroundings, pod: Pod): string {
  const { dnsConfig } = pod.spec ?? {};
  const servers = [...(usesOwnDns(pod.spec) ? [] : [world.nameserver()]), ...(dnsConfig?.nameservers ?? [])];
  const search = searchList(world, pod);
  const options = (dnsConfig?.options ?? []).filter(({ name }) => name !== 'ndots');
  const ndots = ndotsOf(pod);
  const words = [
    ...(ndots === 1 ? [] : [`ndots:${ndots}`]),
    ...options.map(({ name, value }) => (value === undefined ? (name ?? '') : `${name}:${value}`)),
  ];
  return [
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}`]),
    ...servers.map((server) => `nameserver ${server}`),
    ...(words.length === 0 ? [] : [`options ${words.join(' ')}`]),
    '',
  ].join('\n');
}

export function hostsFile(pod: Pod, clusterDomain: string): string {
  const { hostname, subdomain, hostAliases = [] } = pod.spec ?? {};
  const host = hostname || hostnameOf(pod);
  const full =
    subdomain === undefined || subdomain === ''
      ? []
      : [`${host}.${subdomain}.${pod.metadata.namespace ?? 'default'}.svc.${clusterDomain}`];
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'fe00::\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${pod.status?.podIP ?? ''}\t${[...full, host].join('\t')}`,
  ];
  const aliases = hostAliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`);
  const told = aliases.length === 0 ? [] : ['', '# Entries added by HostAliases.', ...aliases];
  return `${[...lines, ...told].join('\n')}\n`;
}
