/** A real control plane and ours with the same ranges. */
import { startOurTarget, targetOf } from '../beside.ts';
import { startRealControlPlane } from '../peers.ts';
import { connect } from '../upstream-api/send.ts';
import type { Pair } from './compare.ts';
import { nodePortRange, rangesOf, type Cluster } from './scenario.ts';

export async function startPair(cluster: Cluster): Promise<Pair & AsyncDisposable> {
  const resources = new AsyncDisposableStack();
  const serviceCidr = rangesOf[cluster];
  const flags = [`--service-node-port-range=${nodePortRange}`];
  const real = resources.use(await startRealControlPlane({ serviceCidr, flags }));
  const ranges = [`--service-cluster-ip-range=${serviceCidr}`, ...flags];
  const ours = resources.use(await startOurTarget('--no-lifecycle', ...ranges));
  const toReal = resources.use(connect(targetOf(real)));
  const toOurs = resources.use(connect(ours));
  return { real: toReal.ask, ours: toOurs.ask, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
