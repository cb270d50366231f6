import { VirtualClock } from '../../../clock/index.ts';
import type { ClusterObjects } from '../../records/testdata/build.ts';
import { changesOf, harbor, harborOptions, startOf } from '../../records/testdata/harbor.ts';
import type { DnsServerOptions } from '../options.ts';
import { FixedSource } from '../source.ts';
import type { DnsServer } from '../start-server.ts';
import { startDnsServer } from '../start-server.ts';

/** A server over the catalogue's cluster on a free loopback port, at a time that gives the catalogue's serial. */
export async function startHarbor(
  options: Partial<DnsServerOptions> = {},
  objects: ClusterObjects = harbor(),
): Promise<DnsServer> {
  const changes = changesOf(objects);
  return startDnsServer({
    ...harborOptions,
    source: new FixedSource(changes),
    addresses: ['127.0.0.1'],
    port: 0,
    clock: new VirtualClock(startOf(changes, { ...harborOptions, ...options }) * 1000),
    lameduckMs: 0,
    ...options,
  });
}
