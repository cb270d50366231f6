/**
 * A37: what a ServiceCIDR needs next. It bears a finalizer as long as it lives, is Ready until it is deleted, and then
 * goes once nobody's address hangs on it alone.
 */
import type { ServiceCIDR } from '../api/types.ts';
import { type Cidr, cidrCovers, type Ip, parseCidr } from '../ip/index.ts';
import { hasRoomFor } from './service-cidrs.ts';

export const serviceCidrFinalizer = 'networking.k8s.io/service-cidr-finalizer';

/** The Ready condition without its time. */
export interface ReadyCondition {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

export type ServiceCidrStep =
  | { readonly kind: 'protect' }
  | { readonly kind: 'condition'; readonly ready: ReadyCondition }
  /** Nobody needs it; other servers may not have heard of its end yet. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'release' };

/** How long a range rests between its deletion and its end. */
export const drainMs = 10_000;

const ready: ReadyCondition = { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' };
const terminating: ReadyCondition = {
  status: 'False',
  reason: 'Terminating',
  message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
};

/** `addresses`: those the allocator manages. Steps in the order in which they are to be made. */
export function planServiceCidr(
  serviceCidr: ServiceCIDR,
  all: readonly ServiceCIDR[],
  addresses: Iterable<Ip>,
  now: number,
): ServiceCidrStep[] {
  const isProtected = serviceCidr.metadata.finalizers?.includes(serviceCidrFinalizer) ?? false;
  const { deletionTimestamp } = serviceCidr.metadata;
  if (deletionTimestamp === undefined) {
    return [...(isProtected ? [] : [{ kind: 'protect' } as const]), ...conditionStep(serviceCidr, ready)];
  }
  if (!isProtected) return [];
  if (isNeeded(serviceCidr, all, addresses)) return conditionStep(serviceCidr, terminating);
  const left = Date.parse(deletionTimestamp) + drainMs - now;
  return left > 0 ? [{ kind: 'wait', ms: left }] : [{ kind: 'release' }];
}

function conditionStep(serviceCidr: ServiceCIDR, wanted: ReadyCondition): ServiceCidrStep[] {
  const found = serviceCidr.status?.conditions?.find(({ type }) => type === 'Ready');
  const same = found?.status === wanted.status && found.reason === wanted.reason && found.message === wanted.message;
  return same ? [] : [{ kind: 'condition', ready: wanted }];
}

/**
 * Some address would be in no range without it. Only ranges that stay count as a home for its addresses: upstream also
 * counts those that are being deleted, so that two such may let go of each other's addresses.
 */
function isNeeded(serviceCidr: ServiceCIDR, all: readonly ServiceCIDR[], addresses: Iterable<Ip>): boolean {
  const own = cidrsOf(serviceCidr);
  const staying = all
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined && metadata.name !== serviceCidr.metadata.name)
    .flatMap(cidrsOf);
  if (own.every((cidr) => staying.some((other) => cidrCovers(other, cidr)))) return false;
  for (const ip of addresses) {
    if (own.some((cidr) => hasRoomFor(cidr, ip)) && !staying.some((cidr) => hasRoomFor(cidr, ip))) return true;
  }
  return false;
}

const cidrsOf = ({ spec }: ServiceCIDR): Cidr[] => (spec?.cidrs ?? []).flatMap((text) => parseCidr(text) ?? []);

/** What the server's own range needs when its flag is compared with the stored object (A33). */
export type DefaultRangeStep =
  | { readonly kind: 'create' }
  | { readonly kind: 'addSecondFamily' }
  | { readonly kind: 'ready'; readonly ready: ReadyCondition }
  | { readonly kind: 'report'; readonly reason: string; readonly message: string };

export const defaultServiceCidrName = 'kubernetes';

/** `configured`: one range, or two of different families, as the flag says. */
export function planDefaultServiceCidr(
  stored: ServiceCIDR | undefined,
  configured: readonly string[],
): DefaultRangeStep | undefined {
  if (stored === undefined) return { kind: 'create' };
  const cidrs = stored.spec?.cidrs ?? [];
  if (configured.length === 2 && cidrs.length === 1 && cidrs[0] === configured[0]) return { kind: 'addSecondFamily' };
  if (stored.metadata.deletionTimestamp !== undefined) return undefined;
  if (cidrs.join(',') !== configured.join(',')) {
    const [is, wanted] = [cidrs, configured].map((list) => `[${list.join(' ')}]`);
    return {
      kind: 'report',
      reason: 'KubernetesDefaultServiceCIDRInconsistent',
      message: `The default ServiceCIDR ${is} does not match the controller flag configurations ${wanted}`,
    };
  }
  const condition = stored.status?.conditions?.find(({ type }) => type === 'Ready');
  if (condition?.status === 'False') {
    return {
      kind: 'report',
      reason: condition.reason,
      message: `Configuration matches, but ${condition.message}`,
    };
  }
  if (condition?.status === 'True') return undefined;
  return {
    kind: 'ready',
    ready: { status: 'True', reason: '', message: 'Kubernetes default Service CIDR is ready' },
  };
}
