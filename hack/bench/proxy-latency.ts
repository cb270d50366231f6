/**
 * From a Pod that is ready to the rule that leads to it: an EndpointSlice changes on the API server, and the node's map is
 * asked for the new endpoint until it is there. The clock runs from before the request, and an answer takes some 10 ms: the
 * figures are above the truth, never below. `proxy-latency.ts SERVICES CHANGES` prints quantiles.
 */
import { startRunningProxy } from '../../e2e/proxy/running-proxy.ts';
import { TestCluster } from '../../e2e/proxy/test-cluster.ts';
import { RestClient } from '../../e2e/rest.ts';

const patienceMs = 5000;
const map = ['list', 'map', 'ip', 'kube-proxy', 'endpoints-tcp'];

/** Milliseconds of each of `changes`, among `services` others. */
export async function readyToRule(services: number, changes: number): Promise<number[]> {
  await using running = await startRunningProxy('latency');
  const api = RestClient.fromKubeconfig(running.server.kubeconfig);
  const cluster = new TestCluster(api, running, 'nftables');
  const { onNode } = running.network;
  try {
    await cluster.fill();
    running.start('nftables');
    await cluster.untilServed();
    await cluster.fillUp(services);
    const times: number[] = [];
    for (let round = 0; round < changes; round += 1) {
      const address = `10.244.9.${(round % 250) + 1}`;
      const from = performance.now();
      const endpoints = [{ addresses: [address], conditions: { ready: true } }];
      await api.patch('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/web-a', { endpoints });
      while (!(await onNode('nft', map)).stdout.includes(` ${address} . `))
        if (performance.now() - from > patienceMs)
          throw new Error(`${address} is not in the kernel: ${running.output()}`);
      times.push(performance.now() - from);
    }
    return times;
  } finally {
    await api.close();
  }
}

/** The smallest time that so large a share does not exceed. */
export function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] ?? 0;
}

if (import.meta.main) {
  const times = await readyToRule(Number(process.argv[2] ?? 20), Number(process.argv[3] ?? 200));
  const told = [0.5, 0.9, 0.99].map((share) => `p${share * 100} ${quantile(times, share).toFixed(1)} ms`);
  console.log(`${told.join(', ')} of ${times.length}`);
}
