import type { Change, NodeModel } from '../model/index.ts';

export interface SyncReport {
  /** M27: where a policy Local leaves nobody on this node. */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
  /** Something waits in the kernel for its time: sync again after so long (V17). */
  readonly againAfterMs?: number;
  /** M24, iptables alone. */
  readonly rules?: Readonly<Record<'filter' | 'nat', { readonly total: number; readonly written: number }>>;
}

/** One address family of one mode, as far as the kernel goes. Calls do not overlap; a failed call throws. */
export interface BackEnd {
  /** Without a change, or after a failure, everything is written; otherwise what the change touches. */
  sync(model: NodeModel, change?: Change): Promise<SyncReport>;
  /** False when somebody removed our rules behind our back (I68). */
  isIntact(): Promise<boolean>;
  /** Removes everything of ours; harmless when there is nothing. */
  cleanup(): Promise<void>;
}

/** M27 for modes that count service ports. */
export function countNoLocalEndpoints({ ports }: NodeModel): SyncReport['noLocalEndpoints'] {
  return {
    internal: ports.filter(({ internal }) => internal === 'drop').length,
    external: ports.filter(
      ({ external, destinations }) => external === 'drop' && destinations.some(({ kind }) => kind !== 'cluster-ip'),
    ).length,
  };
}
