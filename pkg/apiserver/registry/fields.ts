/** Section 4: which fields a field selector may name, and how each is read. A missing field is the empty string (L42). */
import type { KubeObject } from '../../api/types.ts';

type Reader = (object: KubeObject) => string;

/** The text of a nested field: strings as they are, booleans and numbers printed, anything else empty. */
function textAt(object: unknown, path: readonly string[]): string {
  let value = object;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return '';
    value = (value as Record<string, unknown>)[step];
  }
  return typeof value === 'string'
    ? value
    : typeof value === 'boolean' || typeof value === 'number'
      ? String(value)
      : '';
}

const at = (...paths: readonly string[]): readonly (readonly [string, Reader])[] =>
  paths.map((path) => {
    const steps = path.split('.');
    return [path, (object) => textAt(object, steps)] as const;
  });

const flag =
  (path: string): Reader =>
  (object) =>
    textAt(object, path.split('.')) === 'true' ? 'true' : 'false';

const podIPs: Reader = (object) => {
  const ips = (object['status'] as { podIPs?: readonly { ip?: string }[] } | undefined)?.podIPs ?? [];
  return ips.map(({ ip }) => ip ?? '').join(',');
};

const eventSource: Reader = (object) =>
  textAt(object, ['source', 'component']) || textAt(object, ['reportingComponent']);

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

const tables = new Map<string, readonly (readonly [string, Reader])[]>([
  ['/Namespace', at('status.phase')],
  ['/Node', [['spec.unschedulable', flag('spec.unschedulable')]]],
  [
    '/Pod',
    [
      ...at(
        'spec.nodeName',
        'spec.restartPolicy',
        'spec.schedulerName',
        'spec.serviceAccountName',
        'status.phase',
        'status.podIP',
        'status.nominatedNodeName',
      ),
      ['spec.host', (object) => textAt(object, ['spec', 'nodeName'])],
      ['spec.hostNetwork', flag('spec.hostNetwork')],
      ['status.podIPs', podIPs],
    ],
  ],
  ['/Service', at('spec.clusterIP', 'spec.type')],
  ['/Secret', at('type')],
  ['/ReplicationController', at('status.replicas')],
  [
    '/Event',
    [
      ...involved.flatMap((suffix) => at(`involvedObject.${suffix}`)),
      ...at('reason', 'reportingComponent', 'type'),
      ['source', eventSource],
    ],
  ],
  [
    'events.k8s.io/Event',
    [
      ...involved.flatMap((suffix) => at(`regarding.${suffix}`)),
      ...at('reason', 'reportingController', 'type'),
      [
        'source',
        (object) => textAt(object, ['deprecatedSource', 'component']) || textAt(object, ['reportingController']),
      ],
    ],
  ],
  ['batch/Job', at('status.successful')],
]);

/** The readers of a kind beyond metadata.name and metadata.namespace. */
export function fieldReaders(group: string, kind: string): ReadonlyMap<string, Reader> {
  return new Map(tables.get(`${group}/${kind}`) ?? []);
}

/** L40: kinds with labels of their own refuse an unknown one in the words of their own conversion function. */
export function unknownFieldText(group: string, kind: string, field: string): string {
  const own = `${group}/${kind}`;
  if (own === 'batch/Job') return `field label "${field}" not supported for Job`;
  if (tables.has(own)) return `field label not supported: ${field}`;
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}
