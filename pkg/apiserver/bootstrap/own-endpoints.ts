/**
 * Where the kubernetes Service leads, written by the server itself as kube-apiserver does it: an Endpoints and a slice
 * of that name, looked after for as long as the server runs. No selector finds them and nobody mirrors them.
 */
import { networkInterfaces } from 'node:os';
import { endpoints, endpointSlices, services, pathOf, type ResourceType } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Clock } from '../../clock/index.ts';
import { parseIp } from '../../ip/index.ts';
import type { Leadership } from '../lifecycle/leadership.ts';
import type { ApiServerOptions } from '../server-options.ts';
import type { OwnClient } from './bootstrap.ts';

export interface OwnPlace {
  /** As Pods reach it. */
  readonly address: string;
  readonly port: number;
}

/**
 * Upstream's way: no loopback address may stand in an Endpoints, so a server that listens on one names another of its
 * machine. undefined: there is none.
 */
export function ownPlace(
  { advertiseAddress, listen: place }: Pick<ApiServerOptions, 'advertiseAddress' | 'listen'>,
  port: number,
): OwnPlace | undefined {
  const others = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const candidates = [advertiseAddress, place?.host, ...others.map(({ address }) => address)];
  const isFit = (address: string | undefined): address is string =>
    address !== undefined && parseIp(address) !== undefined && !/^127\.|^::1?$|^fe80:|^0\.0\.0\.0$/.test(address);
  const address = candidates.find(isFit);
  return address === undefined ? undefined : { address, port };
}

interface Wanted {
  readonly type: ResourceType;
  readonly object: KubeObject;
  /** What is looked at and, where it is something else, set right; the rest is whoever's. */
  readonly fields: readonly string[];
}

const namespace = 'default';
const name = 'kubernetes';

/** How often they are looked at, as upstream has it. */
const periodMs = 10_000;

export interface KeepingOptions {
  readonly clock: Clock;
  /** Of several servers on one store the leading one is led to. */
  readonly leadership: Leadership;
  readonly stopping: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** The first time is waited for; later ones go on in the background. */
export async function keepOwnEndpoints(
  client: OwnClient,
  place: OwnPlace,
  { clock, leadership, stopping, onError }: KeepingOptions,
): Promise<void> {
  const wanted = ownEndpoints(place);
  const look = async (): Promise<void> => {
    if (!leadership.leads) return;
    for (const each of wanted) await ensure(client, each);
  };
  const again = (): void => {
    if (stopping.aborted) return;
    timer = clock.after(periodMs, again);
    look().catch((error: unknown) => {
      if (!stopping.aborted) onError(error);
    });
  };
  await look();
  let timer = clock.after(periodMs, again);
  stopping.addEventListener('abort', () => timer.cancel(), { once: true });
}

/** Service ports, Endpoints and EndpointSlice of the kubernetes Service. */
export function ownEndpoints({ address, port }: OwnPlace): Wanted[] {
  const https = { name: 'https', protocol: 'TCP' };
  const isV6 = parseIp(address)?.family === 'IPv6';
  return [
    {
      type: services,
      object: named('v1', 'Service', {}, { spec: { ports: [{ ...https, port: 443, targetPort: port }] } }),
      fields: ['spec.ports'],
    },
    {
      type: endpoints,
      object: named(
        'v1',
        'Endpoints',
        { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
        {
          subsets: [{ addresses: [{ ip: address }], ports: [{ ...https, port }] }],
        },
      ),
      fields: ['subsets', 'metadata.labels'],
    },
    {
      type: endpointSlices,
      object: named(
        'discovery.k8s.io/v1',
        'EndpointSlice',
        { 'kubernetes.io/service-name': name },
        {
          addressType: isV6 ? 'IPv6' : 'IPv4',
          endpoints: [{ addresses: [address], conditions: { ready: true } }],
          ports: [{ ...https, port }],
        },
      ),
      fields: ['addressType', 'endpoints', 'ports', 'metadata.labels'],
    },
  ];
}

const named = (apiVersion: string, kind: string, labels: Record<string, string>, rest: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace, ...(Object.keys(labels).length === 0 ? {} : { labels }) },
  ...rest,
});

async function ensure(client: OwnClient, { type, object, fields }: Wanted): Promise<void> {
  const found = client.find(object);
  const path = `${pathOf(type, namespace)}/${name}`;
  if (found !== undefined && found['addressType'] !== object['addressType']) {
    // No update may change the family of a slice.
    await client.send('DELETE', path);
    await client.createIfAbsent(object);
    return;
  }
  if (found === undefined) await client.createIfAbsent(object);
  else if (!fields.every((field) => holds(at(found, field), at(object, field)))) await client.patch(path, object);
}

const at = (object: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], object);

/** Whether all that is wanted is there: what a server or a defaulter adds is no difference. */
function holds(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  if (typeof found !== 'object' || found === null) return false;
  if (Array.isArray(wanted) && (found as unknown[]).length !== wanted.length) return false;
  return Object.entries(wanted).every(([key, value]) => holds((found as Record<string, unknown>)[key], value));
}
