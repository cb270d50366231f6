/** The invariant every story of the endpoint controllers ends in: on what the server holds, no planner has anything to do. */
import { planEndpoints } from '../../../controllers/endpoints/index.ts';
import { planEndpointSlices } from '../../../controllers/endpointslice/index.ts';
import { planMirror } from '../../../controllers/endpointslicemirroring/index.ts';
import type { ResourceType } from '../../api/resources.ts';
import { endpoints, endpointSlices, nodes, pods, services } from '../../api/resources.ts';
import type { Endpoints, EndpointSlice, Node, Pod, Service } from '../../api/types.ts';
import { nodeShares } from '../../topology/index.ts';
import type { TestCluster } from './cluster.ts';
import { expectSame } from './expect-same.ts';

/** Of the Services and Endpoints `svc` and `other`, which is what stories are about. */
export async function expectAtRest({ client }: TestCluster, maxEndpointsPerSlice = 100): Promise<void> {
  const all = async <T>(type: ResourceType): Promise<T[]> => (await client.list<T>(type)).items;
  const [allNodes, allPods, slices, objects, found] = [
    await all<Node>(nodes),
    await all<Pod>(pods),
    await all<EndpointSlice>(endpointSlices),
    await all<Endpoints>(endpoints),
    await all<Service>(services),
  ];
  const shares = nodeShares(allNodes);
  const options = { maxEndpointsPerSlice };
  for (const each of found) {
    const plan = planEndpointSlices({ service: each, pods: allPods, nodes: allNodes, slices, shares, options });
    expectSame(plan.steps, []);
  }
  for (const name of ['svc', 'other']) {
    const own = found.find(({ metadata }) => metadata.name === name);
    const current = objects.find(({ metadata }) => metadata.name === name);
    const where = { namespace: 'ns', name };
    if (own !== undefined || current !== undefined) {
      expectSame(planEndpoints({ ...where, service: own, pods: allPods, current }).steps, []);
    }
    expectSame(planMirror({ ...where, service: own, endpoints: current, slices }).steps, []);
  }
}
