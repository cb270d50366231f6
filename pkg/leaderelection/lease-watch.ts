import type { KubeObject, Lease } from '../api/types.ts';
import { leases } from '../api/resources.ts';
import { sleep } from '../clock/index.ts';
import { Informer } from '../informer/index.ts';
import type { InformerSettings } from '../informer/index.ts';
import type { Observation } from './election.ts';
import type { LeaseName } from './lease-record.ts';

/**
 * LE21: tells of every change of one Lease until the signal aborts. An accelerator: without permission to watch it
 * tells nothing, and polling goes on. Never rejects.
 */
export async function watchLease(
  { namespace, name }: LeaseName,
  settings: Pick<InformerSettings, 'client'> & Required<Pick<InformerSettings, 'clock' | 'random'>>,
  tell: (observation: Observation) => void,
  signal: AbortSignal,
): Promise<void> {
  const scope = { namespace, fieldSelector: `metadata.name=${name}` };
  const informer = new Informer<Lease & KubeObject>(leases, scope, { ...settings, streamingLists: false });
  informer.addHandler({
    add: (lease) => tell({ kind: 'watched', lease }),
    update: (_, lease) => tell({ kind: 'watched', lease }),
    delete: () => tell({ kind: 'watched', lease: undefined }),
  });
  // The first read is the election's own; the watch follows when that is under way.
  await sleep(settings.clock, 0, signal).catch(() => {});
  await informer.run(signal);
}
