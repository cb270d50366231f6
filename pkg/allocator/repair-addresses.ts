/**
 * R7, R8: what does not fit together between Services and IPAddress objects, and how it is mended. Addresses are compared
 * as numbers (Q10), and an IPAddress gets its five seconds whatever second it was made in (Q28).
 */
import { isExternalName } from '../api/service.ts';
import type { IPAddress, KubeObject, Service, ServiceCIDR } from '../api/types.ts';
import { formatIp, type Ip, parseCidr, parseIpTolerant, sameIp } from '../ip/index.ts';
import { heldAddresses } from './families.ts';
import { ipAddressFor, ipAllocator, ipFamilyLabel, hasRoomFor, managedByLabel } from './service-cidrs.ts';

/** The `type` label of the repair metrics (R10). */
export type RepairKind = 'leak' | 'repair' | 'outOfRange' | 'duplicate' | 'invalid';

export interface Finding {
  readonly kind: RepairKind;
  /** What the event is about. */
  readonly about: KubeObject;
  readonly reason: string;
  readonly action: 'ClusterIPValidation' | 'ClusterIPAllocation' | 'IPAddressAllocation' | 'PortAllocation';
  readonly note: string;
}

export type Repair =
  | { readonly kind: 'report'; readonly finding: Finding }
  | { readonly kind: 'create'; readonly address: IPAddress }
  | { readonly kind: 'delete'; readonly name: string }
  /** Too early to say. */
  | { readonly kind: 'wait'; readonly ms: number };

/** What stands beside the object that is looked at. */
export interface RepairView {
  readonly cidrs: readonly ServiceCIDR[];
  service(namespace: string, name: string): Service | undefined;
  /** By canonical name. */
  address(name: string): IPAddress | undefined;
}

const leakGraceMs = 60_000;
const youngMs = 5000;

/** R7. */
export function repairService(service: Service, view: RepairView): Repair[] {
  return heldAddresses(service).flatMap((text) => repairClusterIp(service, text, view));
}

function repairClusterIp(service: Service, text: string, view: RepairView): Repair[] {
  const report = (kind: RepairKind, reason: string, note: string): Repair => ({
    kind: 'report',
    finding: {
      kind,
      about: { apiVersion: 'v1', kind: 'Service', ...service },
      reason,
      action: kind === 'invalid' ? 'ClusterIPValidation' : 'ClusterIPAllocation',
      note,
    },
  });
  const ip = parseIpTolerant(text);
  if (ip === undefined) {
    return [report('invalid', 'ClusterIPNotValid', `Cluster IP ${text} is not a valid IP; please recreate Service`)];
  }
  const shown = formatIp(ip);
  if (!isInSomeRange(ip, view.cidrs)) {
    const note = `Cluster IP [${ip.family}]: ${shown} is not within any configured Service CIDR; please recreate service`;
    return [report('outOfRange', 'ClusterIPOutOfRange', note)];
  }
  const { namespace = '', name = '' } = service.metadata;
  const create: Repair = { kind: 'create', address: ipAddressFor(ip, { namespace, name }) };
  const recreate: Repair[] = [{ kind: 'delete', name: shown }, create];
  const address = view.address(shown);
  if (address === undefined) {
    const note = `Cluster IP [${ip.family}]: ${shown} is not allocated; repairing`;
    return [report('repair', 'ClusterIPNotAllocated', note), create];
  }
  const parent = serviceParent(address);
  const isOwn = parent?.namespace === namespace && parent.name === name;
  if (!isOwn) {
    const other = parent === undefined ? undefined : view.service(parent.namespace, parent.name);
    if (other === undefined) {
      const note = `the ClusterIP [${ip.family}]: ${shown} for Service ${namespace}/${name} has a wrong reference; repairing`;
      return [report('repair', 'ClusterIPNotAllocated', note), ...recreate];
    }
    if (!lists(other, ip)) return [];
    const note = `Cluster IP [${ip.family}]:${shown} was assigned to multiple services; please recreate service`;
    return [report('duplicate', 'ClusterIPAlreadyAllocated', note)];
  }
  return hasOwnLabels(address, ip) ? [] : recreate;
}

/** R8: only what the allocator made. */
export function repairAddress(address: IPAddress, view: RepairView, now: number): Repair[] {
  if (address.metadata.labels?.[managedByLabel] !== ipAllocator) return [];
  const { name = '' } = address.metadata;
  const cleanUp = (kind: RepairKind, reason: string, note: string): Repair[] => [
    {
      kind: 'report',
      finding: {
        kind,
        about: { apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress', ...address },
        reason,
        action: 'IPAddressAllocation',
        note,
      },
    },
    { kind: 'delete', name },
  ];
  const parent = serviceParent(address);
  if (parent === undefined) {
    const { group = '', resource = '', namespace = '', name: owner = '' } = referenceOf(address);
    const shown = `&ParentReference{Group:${group},Resource:${resource},Namespace:${namespace},Name:${owner},}`;
    const note = `IPAddress ${name} appears to have been modified, not referencing a Service ${shown}: cleaning up`;
    return cleanUp('repair', 'IPAddressNotAllocated', note);
  }
  const age = now - Date.parse(address.metadata.creationTimestamp ?? '');
  const waitUntil = (ms: number): Repair[] => [{ kind: 'wait', ms: ms - age }];
  const service = view.service(parent.namespace, parent.name);
  const owner = `${parent.namespace}/${parent.name}`;
  if (service === undefined) {
    if (age <= leakGraceMs) return waitUntil(leakGraceMs + 1);
    const note = `IPAddress: ${name} for Service ${owner} appears to have leaked: cleaning up`;
    return cleanUp('leak', 'IPAddressNotAllocated', note);
  }
  const ip = parseIpTolerant(name);
  if (ip !== undefined && lists(service, ip)) return [];
  if (isExternalName(service) && age <= leakGraceMs) return waitUntil(leakGraceMs + 1);
  if (age < youngMs) return waitUntil(youngMs);
  const note = `IPAddress: ${name} for Service ${owner} has a wrong reference; cleaning up`;
  return cleanUp('repair', 'IPAddressWrongReference', note);
}

const referenceOf = ({ spec }: IPAddress): Partial<NonNullable<IPAddress['spec']>['parentRef']> =>
  spec?.parentRef ?? {};

/** Undefined when it belongs to something else. */
function serviceParent(address: IPAddress): { namespace: string; name: string } | undefined {
  const { group = '', resource, namespace = '', name = '' } = referenceOf(address);
  return group === '' && resource === 'services' ? { namespace, name } : undefined;
}

const lists = (service: Service, ip: Ip): boolean =>
  heldAddresses(service).some((text) => {
    const own = parseIpTolerant(text);
    return own !== undefined && sameIp(own, ip);
  });

const hasOwnLabels = ({ metadata }: IPAddress, ip: Ip): boolean =>
  metadata.labels?.[managedByLabel] === ipAllocator && metadata.labels[ipFamilyLabel] === ip.family;

const isInSomeRange = (ip: Ip, cidrs: readonly ServiceCIDR[]): boolean =>
  cidrs.some(({ spec }) =>
    (spec?.cidrs ?? []).some((text) => {
      const cidr = parseCidr(text);
      return cidr !== undefined && hasRoomFor(cidr, ip);
    }),
  );
