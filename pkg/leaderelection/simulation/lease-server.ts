import type { Lease } from '../../api/types.ts';

export type Reply =
  | { readonly kind: 'found'; readonly lease: Lease }
  | { readonly kind: 'absent' }
  | { readonly kind: 'stored'; readonly lease: Lease }
  | { readonly kind: 'refused' };

/** One Lease with optimistic concurrency, and whoever watches it. */
export class LeaseServer {
  lease: Lease | undefined;
  #version = 0;
  readonly watchers = new Set<(lease: Lease | undefined) => void>();

  read(): Reply {
    return this.lease === undefined ? { kind: 'absent' } : { kind: 'found', lease: this.lease };
  }

  create(lease: Lease): Reply {
    return this.lease === undefined ? this.#store(lease) : { kind: 'refused' };
  }

  update(lease: Lease): Reply {
    if (this.lease === undefined) return { kind: 'absent' };
    if (this.lease.metadata.resourceVersion !== lease.metadata.resourceVersion) return { kind: 'refused' };
    return this.#store(lease);
  }

  /** Somebody with kubectl. */
  delete(): void {
    this.lease = undefined;
    this.#version += 1;
    for (const tell of this.watchers) tell(undefined);
  }

  /** Somebody who does not take part writes a name on it. */
  usurp(holderIdentity: string, leaseDurationSeconds: number): void {
    if (this.lease === undefined) return;
    this.#store({ ...this.lease, spec: { ...this.lease.spec, holderIdentity, leaseDurationSeconds } });
  }

  #store(lease: Lease): Reply {
    const metadata = { ...lease.metadata, resourceVersion: String(++this.#version) };
    this.lease = { ...lease, metadata };
    for (const tell of this.watchers) tell(this.lease);
    return { kind: 'stored', lease: this.lease };
  }
}
