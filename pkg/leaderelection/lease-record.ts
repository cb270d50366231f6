/** A Lease as the record of an election: what is read from it, and the three ways it is rewritten. */
import type { Lease } from '../api/types.ts';

/** When something happened, by both clocks. Decisions use the monotonic one; the wall clock is only written down. */
export interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

/** IN27: RFC 3339 with exactly six fractional digits. */
export function microTime(wallMs: number): string {
  const text = new Date(wallMs).toISOString();
  const micros = Math.floor((wallMs - Math.floor(wallMs)) * 1000);
  return `${text.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

/** LE9: nobody holds a lease without a name on it. */
export function holderOf(lease: Lease): string {
  return lease.spec?.holderIdentity ?? '';
}

/** LE9: without a duration it is over at once. */
export function durationMsOf(lease: Lease): number {
  return (lease.spec?.leaseDurationSeconds ?? 0) * 1000;
}

/** LE5: what must change for an observation to start anew; labels and versions are not part of it. */
export function contentOf(lease: Lease): string {
  const { holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaseTransitions } = lease.spec ?? {};
  return JSON.stringify([holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaseTransitions]);
}

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** The first record, or one in place of a deleted one. `before` is what stood there, if that is known (LE8). */
export function newLease(at: LeaseName, identity: string, durationMs: number, now: Instant, before?: Lease): Lease {
  const time = microTime(now.wall);
  const kept = before !== undefined && holderOf(before) === identity ? before.spec : undefined;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: at.namespace, name: at.name },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: durationMs / 1000,
      acquireTime: kept?.acquireTime ?? time,
      renewTime: time,
      leaseTransitions: kept?.leaseTransitions ?? 0,
    },
  };
}

/** LE6: a renewal keeps the beginning and the count, a take-over starts both anew. Everything else stays as read. */
export function claimedLease(lease: Lease, identity: string, durationMs: number, now: Instant): Lease {
  const time = microTime(now.wall);
  const isRenewal = holderOf(lease) === identity;
  const transitions = lease.spec?.leaseTransitions ?? 0;
  return {
    ...lease,
    spec: {
      ...lease.spec,
      holderIdentity: identity,
      leaseDurationSeconds: durationMs / 1000,
      acquireTime: isRenewal ? (lease.spec?.acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions: isRenewal ? transitions : transitions + 1,
    },
  };
}

/** LE10: free for anybody. */
export function releasedLease(lease: Lease, now: Instant): Lease {
  const time = microTime(now.wall);
  const spec = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time };
  return { ...lease, spec: { ...lease.spec, ...spec } };
}
