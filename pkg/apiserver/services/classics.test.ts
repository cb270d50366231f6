/** The sentences by which Services have been explained for years, each kept by a running server. */
import { describe, expect, it, jest } from '@jest/globals';
import { testServer, type Answer, type TestServer, type Tree } from '../../testing/api-server.ts';

jest.setTimeout(30_000);

const path = '/api/v1/namespaces/default/services';

const create = (server: TestServer, spec: object, name = 'web'): Promise<Answer> =>
  server.post(path, { metadata: { name }, spec });

async function specOf(spec: object): Promise<Tree> {
  await using server = await testServer();
  const { status, body } = await create(server, spec);
  expect(status).toBe(201);
  return body['spec'] as Tree;
}

const ports = [{ port: 80 }];

describe('the classic sentences', () => {
  it("the user's own spec.clusterIP is honoured if legal and in range", async () => {
    expect((await specOf({ clusterIP: '10.96.0.50', ports }))['clusterIP']).toBe('10.96.0.50');
  });

  it.each(['10.97.0.1', '1.2.3.4', 'banana', '10.96.0.256', '10.96.0.0', '10.96.255.255'])(
    'a clusterIP outside the range or malformed (%s) is refused with HTTP 422',
    async (clusterIP) => {
      await using server = await testServer();
      const { status, body } = await create(server, { clusterIP, ports });
      expect([status, body['reason'], body['details']?.['causes']?.[0]?.['field']]).toEqual([
        422,
        'Invalid',
        expect.stringMatching(/^spec\.clusterIPs/),
      ]);
    },
  );

  it('the default type is ClusterIP', async () => {
    expect((await specOf({ ports }))['type']).toBe('ClusterIP');
  });

  it('targetPort defaults to port', async () => {
    expect((await specOf({ ports }))['ports']?.[0]?.['targetPort']).toBe(80);
  });

  it('a Service maps any port to any targetPort, named ones included', async () => {
    const spec = await specOf({
      ports: [
        { name: 'a', port: 80, targetPort: 9376 },
        { name: 'b', port: 443, targetPort: 'https' },
      ],
    });
    expect([spec['ports']?.[0]?.['targetPort'], spec['ports']?.[1]?.['targetPort']]).toEqual([9376, 'https']);
  });

  it('NodePorts come from --service-node-port-range, by default 30000-32767', async () => {
    const spec = await specOf({ type: 'NodePort', ports });
    const given = Number(spec['ports']?.[0]?.['nodePort']);
    expect(given >= 30_000 && given <= 32_767).toBe(true);
    await using server = await testServer({ nodePortRange: '20000+1' });
    const other = await create(server, { type: 'NodePort', ports });
    expect([20_000, 20_001]).toContain(other.body['spec']?.['ports']?.[0]?.['nodePort']);
    const refused = await create(server, { type: 'NodePort', ports: [{ port: 80, nodePort: 30_000 }] }, 'b');
    expect(refused.status).toBe(422);
  });

  it('TCP and UDP of one port share a node port', async () => {
    const twins = [
      { name: 'tcp', port: 53, protocol: 'TCP' },
      { name: 'udp', port: 53, protocol: 'UDP' },
    ];
    const spec = await specOf({ type: 'NodePort', ports: twins });
    expect(spec['ports']?.[0]?.['nodePort']).toBe(spec['ports']?.[1]?.['nodePort']);
  });

  it('clusterIP: None is headless', async () => {
    await using server = await testServer();
    const { body } = await create(server, { clusterIP: 'None', selector: { app: 'a' }, ports });
    expect(body['spec']?.['clusterIPs']).toEqual(['None']);
    const records = await server.get('/apis/networking.k8s.io/v1/ipaddresses');
    expect(records.body['items']).toHaveLength(1);
  });

  it('ExternalName takes no address', async () => {
    const spec = await specOf({ type: 'ExternalName', externalName: 'my.database.example.com' });
    expect([spec['clusterIP'], spec['clusterIPs'], spec['externalName']]).toEqual([
      undefined,
      undefined,
      'my.database.example.com',
    ]);
  });

  it('externalIPs are kept', async () => {
    expect((await specOf({ externalIPs: ['198.51.100.32'], ports }))['externalIPs']).toEqual(['198.51.100.32']);
  });

  it('appProtocol is kept and validated', async () => {
    const spec = await specOf({ ports: [{ port: 80, appProtocol: 'kubernetes.io/h2c' }] });
    expect(spec['ports']?.[0]?.['appProtocol']).toBe('kubernetes.io/h2c');
    await using server = await testServer();
    const { status, body } = await create(server, { ports: [{ port: 80, appProtocol: 'not a protocol' }] });
    expect([status, body['details']?.['causes']?.[0]?.['field']]).toEqual([422, 'spec.ports[0].appProtocol']);
  });

  it('LoadBalancer status is asynchronous: empty at first, filled in by whoever has one', async () => {
    await using server = await testServer();
    const { body } = await create(server, { type: 'LoadBalancer', ports });
    expect(body['status']).toEqual({ loadBalancer: {} });
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.127' }] } };
    await server.patch(`${path}/web/status`, 'merge', { status });
    const read = await server.get(`${path}/web`);
    expect(read.body['status']?.['loadBalancer']?.['ingress']).toEqual([{ ip: '192.0.2.127', ipMode: 'VIP' }]);
  });
});

describe('ranges of every size', () => {
  it('a /28 is filled to the last address, and a removal makes room at once', async () => {
    await using server = await testServer({ serviceCidrs: ['10.1.0.0/28'] });
    const given = new Set<unknown>(['10.1.0.1']);
    for (let n = 0; n < 13; n += 1) {
      given.add((await create(server, { ports }, `s${n}`)).body['spec']?.['clusterIP']);
    }
    expect(given).toEqual(new Set(Array.from({ length: 14 }, (_, host) => `10.1.0.${host + 1}`)));
    const full = await create(server, { ports }, 'late');
    expect([full.status, full.body['message']]).toEqual([
      500,
      'Internal error occurred: failed to allocate a serviceIP for Service "late": range is full',
    ]);
    const freed = (await server.delete(`${path}/s5`)).body['spec']?.['clusterIP'];
    expect((await create(server, { ports }, 'late')).body['spec']?.['clusterIP']).toBe(freed);
  });

  it.each([
    ['10.0.0.0/8', '10.0.0.1'],
    ['10.96.0.0/12', '10.96.0.1'],
    ['fd00:1::/64', 'fd00:1::1'],
  ])('%s is not made out beforehand', async (cidr, first) => {
    await using server = await testServer({ serviceCidrs: [cidr] });
    const { body } = await server.get(`${path}/kubernetes`);
    expect(body['spec']?.['clusterIP']).toBe(first);
    expect((await create(server, { ports })).status).toBe(201);
  });
});

describe('T23: topologyKeys', () => {
  const keys = (...topologyKeys: string[]): object => ({ ports, topologyKeys });

  it('are dropped unless the server is told to take them', async () => {
    await using server = await testServer();
    expect((await create(server, keys('kubernetes.io/hostname'))).body['spec']?.['topologyKeys']).toBeUndefined();
  });

  it('are kept and validated behind the switch', async () => {
    await using server = await testServer({ topologyKeys: true });
    const wanted = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone', '*'];
    await create(server, keys(...wanted));
    expect((await server.get(`${path}/web`)).body['spec']?.['topologyKeys']).toEqual(wanted);
    const problems = async (...topologyKeys: string[]): Promise<unknown> => {
      const { status, body } = await create(server, keys(...topologyKeys), 'b');
      return [status, body['message']];
    };
    expect(await problems('*', 'a')).toEqual([
      422,
      'Service "b" is invalid: spec.topologyKeys[0]: Invalid value: "*": "*" must be the last value specified',
    ]);
    expect(await problems('a', 'a')).toEqual([
      422,
      'Service "b" is invalid: spec.topologyKeys[1]: Duplicate value: "a"',
    ]);
    expect(await problems(...Array.from({ length: 17 }, (_, n) => `k${n}`))).toEqual([
      422,
      'Service "b" is invalid: spec.topologyKeys: Too many: 17: must have at most 16 items',
    ]);
  });
});
