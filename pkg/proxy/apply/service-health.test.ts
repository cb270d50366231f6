import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { buildModel, type Family } from '../model/index.ts';
import { draining, endpoint, n1, service, slice, unready } from '../model/testdata/objects.ts';
import { serviceHealthOf, ServiceHealthServers, type ServiceHealth } from './service-health.ts';

const spec = {
  type: 'LoadBalancer',
  externalTrafficPolicy: 'Local',
  healthCheckNodePort: 32000,
  clusterIPs: ['10.96.0.10', 'fd00::10'],
  ipFamilies: ['IPv4', 'IPv6'],
  ports: [
    { name: 'http', port: 80 },
    { name: 'admin', port: 81 },
  ],
};
const ports = [
  { name: 'http', port: 8080 },
  { name: 'admin', port: 8081 },
];

const model = (endpoints: ReturnType<typeof endpoint>[], family: Family = 'IPv4') =>
  buildModel([service({ spec })], [slice({ ports, endpoints, addressType: family })], { family, node: n1 });

describe('serviceHealthOf', () => {
  it('S100 H2 counts ready pods of this node, once however many ports they have', () => {
    const endpoints = [
      endpoint('10.244.1.1'),
      endpoint('10.244.1.2'),
      endpoint('10.244.1.3', unready),
      endpoint('10.244.1.4', draining),
      endpoint('10.244.2.1'),
    ];
    expect(serviceHealthOf([model(endpoints)])).toEqual([
      { namespace: 'shop', name: 'web', port: 32000, localEndpoints: 2 },
    ]);
  });

  it('H7 takes the larger count of two families', () => {
    const six = model([endpoint('fd00::1', { nodeName: 'n1' })], 'IPv6');
    expect(serviceHealthOf([model([]), six]).map(({ localEndpoints }) => localEndpoints)).toEqual([1]);
  });

  it('H1 has nothing for Services without the port', () => {
    expect(serviceHealthOf([buildModel([service()], [], { family: 'IPv4', node: n1 })])).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const web = (port: number, localEndpoints: number): ServiceHealth => ({
  namespace: 'shop',
  name: 'web',
  port,
  localEndpoints,
});

describe('ServiceHealthServers', () => {
  it('H3 H4 answers by count and by its own health, on any path', async () => {
    let healthy = true;
    const servers = new ServiceHealthServers({ hosts: ['127.0.0.1'], isProxyHealthy: () => healthy });
    const port = await freePort();
    const ask = async (): Promise<unknown[]> => {
      const response = await fetch(`http://127.0.0.1:${port}/any/path`, { method: 'PUT' });
      const names = ['content-type', 'x-content-type-options', 'x-load-balancing-endpoint-weight'];
      return [response.status, ...names.map((name) => response.headers.get(name)), await response.json()];
    };
    await servers.sync([web(port, 2)]);
    const body = { service: { namespace: 'shop', name: 'web' }, localEndpoints: 2, serviceProxyHealthy: true };
    expect(await ask()).toEqual([200, 'application/json', 'nosniff', '2', body]);
    healthy = false;
    expect((await ask())[0]).toBe(503);
    healthy = true;
    await servers.sync([web(port, 0)]);
    expect((await ask()).slice(0, 4)).toEqual([503, 'application/json', 'nosniff', '0']);
    await servers.close();
    await expect(ask()).rejects.toThrow('fetch failed');
  });

  it('H5 a taken port is reported and tried again at the next sync', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const failures: string[] = [];
    const servers = new ServiceHealthServers({
      hosts: ['127.0.0.1'],
      isProxyHealthy: () => true,
      onListenFailure: ({ name }, error) => failures.push(`${name} ${(error as NodeJS.ErrnoException).code}`),
    });
    await servers.sync([web(port, 1)]);
    expect(failures).toEqual(['web EADDRINUSE']);
    blocker.close();
    await once(blocker, 'close');
    await servers.sync([web(port, 1)]);
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(200);
    await servers.close();
  });

  it('H5 another port closes the old one first; overlapping syncs wait for each other', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const servers = new ServiceHealthServers({ hosts: ['127.0.0.1'], isProxyHealthy: () => true });
    await Promise.all([servers.sync([web(first, 1)]), servers.sync([web(second, 1)])]);
    expect((await fetch(`http://127.0.0.1:${second}`)).status).toBe(200);
    await expect(fetch(`http://127.0.0.1:${first}`)).rejects.toThrow('fetch failed');
    await servers.close();
  });
});
