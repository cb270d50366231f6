/** Who holds which address, and who may join (L40–L44). */
import type { Service } from '../../pkg/api/types.ts';
import { wishOf } from './wish.ts';

export class Holders {
  readonly #byAddress = new Map<string, Service[]>();

  of(address: string): readonly Service[] {
    return this.#byAddress.get(address) ?? [];
  }

  add(address: string, service: Service): void {
    this.#byAddress.set(address, [...this.of(address), service]);
  }

  /** Why the Service may not have the address; undefined: it may. */
  conflict(address: string, service: Service): 'requested_ip_in_use' | 'sharing_conflict' | undefined {
    const others = this.of(address);
    if (others.length === 0) return undefined;
    if (wishOf(service).sharingKey === undefined) return 'requested_ip_in_use';
    return others.every((other) => mayShare(other, service)) ? undefined : 'sharing_conflict';
  }

  /** Addresses that somebody with that key holds already. */
  *sharedBy(key: string): Generator<string> {
    for (const [address, services] of this.#byAddress) {
      if (services.some((service) => wishOf(service).sharingKey === key)) yield address;
    }
  }
}

/** L40, L41 */
export function mayShare(a: Service, b: Service): boolean {
  const [first, second] = [wishOf(a).sharingKey, wishOf(b).sharingKey];
  if (first === undefined || first !== second || a.metadata.namespace !== b.metadata.namespace) return false;
  const ports = new Set(portsOf(a));
  if (portsOf(b).some((port) => ports.has(port))) return false;
  const [checkA, checkB] = [a.spec?.healthCheckNodePort ?? 0, b.spec?.healthCheckNodePort ?? 0];
  if (checkA !== 0 && checkA === checkB) return false;
  const isCluster = ({ spec }: Service): boolean => (spec?.externalTrafficPolicy ?? 'Cluster') === 'Cluster';
  return (isCluster(a) && isCluster(b)) || selectorText(a) === selectorText(b);
}

const portsOf = ({ spec }: Service): string[] =>
  (spec?.ports ?? []).map(({ protocol, port }) => `${protocol ?? 'TCP'} ${port}`);

/**
 * What a Service's company depends on, as its condition tells it: a Service whose condition says the same has not
 * changed since its address was written, also for a controller that has just started (L43).
 */
export function describeSharing(service: Service): string {
  const { sharingKey } = wishOf(service);
  if (sharingKey === undefined) return '';
  const { externalTrafficPolicy = 'Cluster', healthCheckNodePort = 0 } = service.spec ?? {};
  const local = externalTrafficPolicy === 'Local' ? ` for the Pods of ${selectorText(service)}` : '';
  const check = healthCheckNodePort === 0 ? '' : `, health check on ${healthCheckNodePort}`;
  return `, shared by the key ${JSON.stringify(sharingKey)} on ${portsOf(service).sort().join(', ')}${local}${check}`;
}

const selectorText = ({ spec }: Service): string =>
  JSON.stringify(Object.entries(spec?.selector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
