/** The way of a Service through `fairlead up`: an address, endpoints, a name, and a connection that arrives at a Pod. */
import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { createServer, type Server } from 'node:http';
import { request } from 'undici';
import { endpoints, endpointSlices, nodes, pods, services } from '../../pkg/api/resources.ts';
import type { Endpoints, EndpointSlice, KubeObject, Service } from '../../pkg/api/types.ts';
import { connect, type Client } from '../../pkg/client/index.ts';
import { waitFor } from '../../pkg/testing/wait-for.ts';
import { startServer } from '../server.ts';
import type { Suite } from '../suite.ts';

const inDefault = (name: string): { namespace: string; name: string } => ({ namespace: 'default', name });
/** Pods live on loopback here: 10.244.77.5 is found at 127.244.77.5, one block on for each cluster beside this one. */
const podIp = '10.244.77.5';
const podBlocks = [244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254];
const podPort = 9376;

export const suite: Suite = {
  about: 'fairlead up: from a Service to an answer of its Pod',
  missing: () => (process.platform === 'linux' ? undefined : 'addresses in 127.0.0.0/8 can be bound on Linux only'),
  async run(check) {
    await using server = await startServer('up', '--dns-port', '0', '--no-nodes');
    await using connection = await connect({ path: server.kubeconfig });
    const client = connection.client({ component: 'e2e' });
    const pod = await answering('hostnames-0');
    let clusterIP = '';

    await check('a Service is given an address', async () => {
      await client.create<KubeObject>(nodes, { metadata: { name: 'node-0' } });
      const made = await client.create<KubeObject>(services, {
        metadata: { name: 'hostnames', namespace: 'default' },
        spec: { selector: { app: 'hostnames' }, ports: [{ port: 80, targetPort: podPort }] },
      });
      clusterIP = (made as Service).spec?.clusterIP ?? '';
      assert.match(clusterIP, /^10\.96\./);
    });
    await check('a Pod that is not ready is not behind it', async () => {
      await client.create<KubeObject>(pods, {
        metadata: { name: 'hostnames-0', namespace: 'default', labels: { app: 'hostnames' } },
        spec: { nodeName: 'node-0', containers: [{ name: 'c', image: 'serve_hostname' }] },
      });
      await waitFor(() => readyAddresses(client).then((found) => (found === undefined ? undefined : true)));
      assert.deepEqual(await readyAddresses(client), []);
    });
    await check('ready, it is in Endpoints and in a slice', async () => {
      await client.patch(pods, inDefault('hostnames-0'), 'merge', readyStatus, { subresource: 'status' });
      await waitFor(async () => ((await readyAddresses(client))?.includes(podIp) ? true : undefined));
      const slices = await client.list<EndpointSlice>(endpointSlices, {
        namespace: 'default',
        labelSelector: 'kubernetes.io/service-name=hostnames',
      });
      assert.deepEqual(
        slices.items.flatMap((slice) => slice.endpoints ?? []).map(({ addresses }) => addresses),
        [[podIp]],
      );
    });
    await check('its name resolves to its address', async () => {
      const resolver = new Resolver();
      resolver.setServers([`127.0.0.1:${printed(server.output(), /dig @127\.0\.0\.1 -p (\d+)/)}`]);
      assert.deepEqual(await resolver.resolve4('hostnames.default.svc.cluster.local'), [clusterIP]);
      await assert.rejects(resolver.resolve4('nothing.default.svc.cluster.local'), { code: 'ENOTFOUND' });
    });
    await check('a connection to it arrives at the Pod', async () => {
      const door = await waitFor(() => doorOf(server.output(), clusterIP));
      const { body } = await request(`http://${door}/`);
      assert.equal(await body.text(), 'hostnames-0');
    });
    await check('the Service gone, so are endpoints and name', async () => {
      await client.delete(services, inDefault('hostnames'));
      await waitFor(async () => {
        const left = await client.list(endpointSlices, {
          namespace: 'default',
          labelSelector: 'kubernetes.io/service-name=hostnames',
        });
        return left.items.length === 0 ? true : undefined;
      });
    });
    await Promise.all(pod.map((server) => new Promise((closed) => server.close(closed))));
  },
};

const readyStatus = {
  status: {
    phase: 'Running',
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    conditions: [{ type: 'Ready', status: 'True' }],
  },
};

/** Undefined before the controllers have written anything. */
async function readyAddresses(client: Client): Promise<string[] | undefined> {
  try {
    const { subsets } = await client.get<Endpoints>(endpoints, inDefault('hostnames'));
    return (subsets ?? []).flatMap(({ addresses }) => addresses ?? []).map(({ ip }) => ip);
  } catch {
    return undefined;
  }
}

/** In every block that the cluster may have been given. */
function answering(text: string): Promise<Server[]> {
  const listens = podBlocks.map((block) => {
    const server = createServer((_request, response) => response.end(text));
    return new Promise<Server>((listening) => server.listen(podPort, `127.${block}.77.5`, () => listening(server)));
  });
  return Promise.all(listens);
}

function printed(output: string, pattern: RegExp): string {
  return pattern.exec(output)?.[1] ?? '';
}

const doorOf = (output: string, clusterIP: string): string | undefined =>
  new RegExp(`${clusterIP.replaceAll('.', '\\.')}:80 → (\\S+)`).exec(output)?.[1];
