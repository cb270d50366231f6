/** ServiceCIDRs, repair and metrics of a running server, with time in our hands. */
import { describe, expect, it, jest } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { MemoryStore } from '../../storage/memory/index.ts';
import { testServer, type TestServer, type Tree } from '../../testing/api-server.ts';

jest.setTimeout(30_000);

const ranges = '/apis/networking.k8s.io/v1/servicecidrs';
const records = '/apis/networking.k8s.io/v1/ipaddresses';
const services = '/api/v1/namespaces/default/services';

const rangeOf = (name: string, ...cidrs: string[]): object => ({ metadata: { name }, spec: { cidrs } });
const serviceOf = (name: string, spec: object = {}): object => ({
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
});

const ready = (range: Tree): unknown => {
  const condition = range['status']?.['conditions']?.[0];
  return [condition?.['status'], condition?.['reason'], condition?.['message']].map(String);
};

async function pass(clock: VirtualClock, server: TestServer, ms: number): Promise<void> {
  await clock.advance(ms);
  await server.settled();
}

const clockAt = (): VirtualClock => new VirtualClock(Date.UTC(2026, 0, 2, 3));

describe('ServiceCIDRs', () => {
  it('A37: are protected and Ready soon after they were made', async () => {
    await using server = await testServer({ clock: clockAt() });
    await server.post(ranges, rangeOf('extra', '10.200.0.0/28'));
    await server.settled();
    for (const name of ['kubernetes', 'extra']) {
      const { body } = await server.get(`${ranges}/${name}`);
      expect(body['metadata']?.['finalizers']).toEqual(['networking.k8s.io/service-cidr-finalizer']);
      expect(ready(body)).toEqual(['True', '', 'Kubernetes Service CIDR is ready']);
    }
  });

  it('A33: without a controller only the server own range is said to be ready', async () => {
    await using server = await testServer({ clock: clockAt(), lifecycle: false });
    await server.post(ranges, rangeOf('extra', '10.200.0.0/28'));
    const own = await server.get(`${ranges}/kubernetes`);
    expect(own.body['metadata']?.['finalizers']).toBeUndefined();
    expect(ready(own.body)).toEqual(['True', '', 'Kubernetes default Service CIDR is ready']);
    expect((await server.get(`${ranges}/extra`)).body['status']).toEqual({});
  });

  it('A34, A37: give nothing more once deleted, and go when their last address has gone', async () => {
    const clock = clockAt();
    await using server = await testServer({ clock });
    await server.post(ranges, rangeOf('extra', '10.200.0.0/28'));
    await server.settled();
    expect((await server.post(services, serviceOf('a', { clusterIP: '10.200.0.5' }))).status).toBe(201);
    await server.delete(`${ranges}/extra`);
    await pass(clock, server, 60_000);
    const draining = await server.get(`${ranges}/extra`);
    expect(ready(draining.body)).toEqual([
      'False',
      'Terminating',
      'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
    ]);
    const refused = await server.post(services, serviceOf('b', { clusterIP: '10.200.0.6' }));
    expect(String(refused.body['message'])).toBe(
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.200.0.6"]: failed to allocate IP 10.200.0.6: the provided network does not match the current range',
    );
    await server.delete(`${services}/a`);
    await server.settled();
    expect((await server.get(`${ranges}/extra`)).status).toBe(404);
  });

  it('A35, A36: one added to a full cluster makes room at once, also when it overlaps', async () => {
    await using server = await testServer({ clock: clockAt(), serviceCidrs: ['10.1.0.0/29'] });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await server.post(services, serviceOf(name));
    const full = await server.post(services, serviceOf('f'));
    expect([full.status, String(full.body['message'])]).toEqual([
      500,
      'Internal error occurred: failed to allocate a serviceIP for Service "f": range is full',
    ]);
    await server.post(ranges, rangeOf('wider', '10.1.0.0/28'));
    const { status, body } = await server.post(services, serviceOf('f'));
    expect(status).toBe(201);
    expect(body['spec']?.['clusterIP']).toMatch(/^10\.1\.0\.(?:7|8|9|1[0-4])$/);
  });

  it('A38: the first range may be replaced by a wider one', async () => {
    const clock = clockAt();
    await using server = await testServer({ clock, serviceCidrs: ['10.1.0.0/28'] });
    await server.post(ranges, rangeOf('wider', '10.1.0.0/24'));
    const before = await server.get(`${ranges}/kubernetes`);
    await server.delete(`${ranges}/kubernetes`);
    // Gone after its ten seconds of rest, and soon back as the flag says.
    await pass(clock, server, 10_000);
    await pass(clock, server, 10_000);
    const after = await server.get(`${ranges}/kubernetes`);
    expect(after.body['spec']?.['cidrs']).toEqual(['10.1.0.0/28']);
    expect(after.body['metadata']?.['uid']).not.toBe(before.body['metadata']?.['uid']);
  });
});

describe('a start with another flag than the last (A33)', () => {
  it('keeps the range and says so', async () => {
    const clock = clockAt();
    const store = new MemoryStore({ clock });
    const first = await testServer({ clock, store });
    await first.settled();
    await first.server.stop();
    await using second = await testServer({ clock, store, serviceCidrs: ['10.97.0.0/16'] });
    await second.settled();
    expect((await second.get(`${ranges}/kubernetes`)).body['spec']?.['cidrs']).toEqual(['10.96.0.0/16']);
    const { body } = await second.get('/api/v1/namespaces/default/events');
    expect(body['items']).toMatchObject([
      {
        reason: 'KubernetesDefaultServiceCIDRInconsistent',
        message:
          'The default ServiceCIDR [10.96.0.0/16] does not match the controller flag configurations [10.97.0.0/16]',
        involvedObject: { kind: 'ServiceCIDR', name: 'kubernetes' },
        source: { component: 'kubernetes-service-cidr-controller' },
      },
    ]);
    const given = await second.post(services, serviceOf('a'));
    expect(given.body['spec']?.['clusterIP']).toMatch(/^10\.96\./);
  });

  it('adds the second family to a range of one', async () => {
    const clock = clockAt();
    const store = new MemoryStore({ clock });
    const first = await testServer({ clock, store });
    await first.server.stop();
    await using second = await testServer({ clock, store, serviceCidrs: ['10.96.0.0/16', 'fd00::/112'] });
    expect((await second.get(`${ranges}/kubernetes`)).body['spec']?.['cidrs']).toEqual(['10.96.0.0/16', 'fd00::/112']);
    const { body } = await second.post(services, serviceOf('a', { ipFamilyPolicy: 'RequireDualStack' }));
    expect(body['spec']?.['ipFamilies']).toEqual(['IPv4', 'IPv6']);
  });
});

describe('A23: the kubernetes Service', () => {
  it('comes back within ten seconds', async () => {
    const clock = clockAt();
    await using server = await testServer({ clock });
    await server.delete(`${services}/kubernetes`);
    expect((await server.get(`${services}/kubernetes`)).status).toBe(404);
    await pass(clock, server, 10_000);
    expect((await server.get(`${services}/kubernetes`)).body['spec']?.['clusterIP']).toBe('10.96.0.1');
  });
});

describe('repair', () => {
  const record = (name: string, parentRef: object): object => ({
    metadata: {
      name,
      labels: {
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        'ipaddress.kubernetes.io/ip-family': 'IPv4',
      },
    },
    spec: { parentRef },
  });

  it('R7: a record that somebody deleted is written again, and the address was never free', async () => {
    const clock = clockAt();
    await using server = await testServer({ clock });
    await server.post(services, serviceOf('a', { clusterIP: '10.96.0.9' }));
    await server.delete(`${records}/10.96.0.9`);
    expect((await server.post(services, serviceOf('b', { clusterIP: '10.96.0.9' }))).status).toBe(422);
    await pass(clock, server, 5000);
    const { body } = await server.get(`${records}/10.96.0.9`);
    expect(body['spec']).toEqual({ parentRef: { resource: 'services', namespace: 'default', name: 'a' } });
    const told = await server.get('/apis/events.k8s.io/v1/namespaces/default/events');
    expect(told.body['items']).toMatchObject([
      {
        reason: 'ClusterIPNotAllocated',
        action: 'ClusterIPAllocation',
        note: 'Cluster IP [IPv4]: 10.96.0.9 is not allocated; repairing',
        regarding: { kind: 'Service', name: 'a' },
        reportingController: 'ipallocator-repair-controller',
        type: 'Warning',
      },
    ]);
  });

  it('R8: what leaked is freed after a minute, what refers wrongly after five seconds', async () => {
    const clock = clockAt();
    await using server = await testServer({ clock });
    await server.post(services, serviceOf('a', { clusterIP: '10.96.0.9' }));
    await server.post(records, record('10.96.0.10', { resource: 'services', namespace: 'default', name: 'gone' }));
    await server.post(records, record('10.96.0.11', { resource: 'services', namespace: 'default', name: 'a' }));
    await pass(clock, server, 5000);
    expect((await server.get(`${records}/10.96.0.11`)).status).toBe(404);
    expect((await server.get(`${records}/10.96.0.10`)).status).toBe(200);
    await pass(clock, server, 70_000);
    expect((await server.get(`${records}/10.96.0.10`)).status).toBe(404);
    expect((await server.post(services, serviceOf('b', { clusterIP: '10.96.0.10' }))).status).toBe(201);
  });

  it('runs at the start and on demand: what a crash left behind is mended', async () => {
    const clock = clockAt();
    const store = new MemoryStore({ clock });
    const first = await testServer({ clock, store });
    // As a crash leaves it between the two writes of an allocation, an hour ago.
    await first.post(records, record('10.96.0.20', { resource: 'services', namespace: 'default', name: 'unborn' }));
    await first.server.stop();
    await clock.advance(3_600_000);
    await using second = await testServer({ clock, store });
    await second.settled();
    expect((await second.get(`${records}/10.96.0.20`)).status).toBe(404);
    await second.post(records, record('10.96.0.21', { resource: 'pods', namespace: 'default', name: 'x' }));
    await second.server.repair();
    expect((await second.get(`${records}/10.96.0.21`)).status).toBe(404);
  });

  it('R2: node ports outside a range that was narrowed are told', async () => {
    const clock = clockAt();
    const store = new MemoryStore({ clock });
    const first = await testServer({ clock, store });
    await first.post(services, serviceOf('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 31_000 }] }));
    await first.server.stop();
    await using second = await testServer({ clock, store, nodePortRange: '30000-30100' });
    await second.settled();
    const { body } = await second.get('/apis/events.k8s.io/v1/namespaces/default/events');
    expect(body['items']).toMatchObject([
      {
        reason: 'PortOutOfRange',
        action: 'PortAllocation',
        note: 'Port 31000 is not within the port range 30000-30100; please recreate service',
        reportingController: 'portallocator-repair-controller',
      },
    ]);
    expect((await second.get('/metrics')).text).toContain(
      'apiserver_nodeport_repair_port_errors_total{type="outOfRange"} 1',
    );
  });
});

describe('R10: metrics', () => {
  it('say what is given out and what is left', async () => {
    await using server = await testServer({ clock: clockAt(), serviceCidrs: ['10.1.0.0/28'] });
    await server.post(services, serviceOf('a', { type: 'NodePort' }));
    await server.post(services, serviceOf('b', { clusterIP: '10.1.0.9' }));
    await server.post(services, serviceOf('c', { clusterIP: '10.1.0.9' }));
    const { text } = await server.get('/metrics');
    for (const line of [
      'kube_apiserver_clusterip_allocator_allocated_ips{cidr="10.1.0.0/28"} 3',
      'kube_apiserver_clusterip_allocator_available_ips{cidr="10.1.0.0/28"} 11',
      'kube_apiserver_clusterip_allocator_allocation_total{cidr="10.1.0.0/28",scope="static"} 2',
      'kube_apiserver_clusterip_allocator_allocation_total{cidr="10.1.0.0/28",scope="dynamic"} 1',
      'kube_apiserver_clusterip_allocator_allocation_errors_total{cidr="10.1.0.0/28",scope="static"} 1',
      'kube_apiserver_clusterip_allocator_allocation_duration_seconds_count{cidr="10.1.0.0/28"} 3',
      'kube_apiserver_nodeport_allocator_allocated_ports 1',
      'kube_apiserver_nodeport_allocator_available_ports 2767',
      'kube_apiserver_nodeport_allocator_allocation_total{scope="dynamic"} 1',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
  });

  it('are dropped with their range, and usage is shown by get -o wide', async () => {
    const clock = clockAt();
    await using server = await testServer({ clock });
    await server.post(ranges, rangeOf('extra', '10.200.0.0/28'));
    await server.post(services, serviceOf('a', { clusterIP: '10.200.0.5' }));
    await server.settled();
    const table = await server.get(`${ranges}/extra`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    expect(table.body['rows']?.[0]?.['cells']).toEqual(['extra', '10.200.0.0/28', '0s', '1', '13', 'True']);
    expect((await server.get('/metrics')).text).toContain('cidr="10.200.0.0/28"');
    await server.delete(`${services}/a`);
    await server.delete(`${ranges}/extra`);
    await pass(clock, server, 10_000);
    expect((await server.get('/metrics')).text).not.toContain('allocated_ips{cidr="10.200.0.0/28"');
  });
});

describe('quarantine', () => {
  it('keeps the address of a deleted Service for one of the same name', async () => {
    const clock = clockAt();
    await using server = await testServer({ clock, serviceCidrs: ['10.1.0.0/28'], quarantineMs: 600_000 });
    const { body } = await server.post(services, serviceOf('a'));
    const had = body['spec']?.['clusterIP'];
    await server.delete(`${services}/a`);
    for (let n = 0; n < 12; n += 1) {
      expect((await server.post(services, serviceOf(`other-${n}`))).body['spec']?.['clusterIP']).not.toBe(had);
    }
    expect((await server.post(services, serviceOf('a'))).body['spec']?.['clusterIP']).toBe(had);
  });

  it('gives way when nothing else is free, to whoever names the address, and after its time', async () => {
    const clock = clockAt();
    await using server = await testServer({ clock, serviceCidrs: ['10.1.0.0/29'], quarantineMs: 600_000 });
    const { body } = await server.post(services, serviceOf('a'));
    const had = body['spec']?.['clusterIP'];
    await server.delete(`${services}/a`);
    const named = await server.post(services, serviceOf('named', { clusterIP: had }));
    expect(named.status).toBe(201);
    await server.delete(`${services}/named`);
    const given: unknown[] = [];
    for (let n = 0; n < 5; n += 1) {
      given.push((await server.post(services, serviceOf(`other-${n}`))).body['spec']?.['clusterIP']);
    }
    expect(given.at(-1)).toBe(had);
    await clock.advance(600_001);
  });
});

describe('node ports', () => {
  const open = (name: string, nodePort?: number): object =>
    serviceOf(name, { type: 'NodePort', ports: [{ port: 80, ...(nodePort === undefined ? {} : { nodePort }) }] });

  it('of several ranges less the reserved ones are given to the last, and reused in the next request', async () => {
    await using server = await testServer({
      clock: clockAt(),
      nodePortRange: '30000-30002,31000+1',
      reservedNodePorts: '30001',
    });
    const given = new Set<unknown>();
    for (const name of ['a', 'b', 'c', 'd']) {
      given.add((await server.post(services, open(name))).body['spec']?.['ports']?.[0]?.['nodePort']);
    }
    expect(given).toEqual(new Set([30_000, 30_002, 31_000, 31_001]));
    const full = await server.post(services, open('e'));
    expect([full.status, String(full.body['message'])]).toEqual([
      500,
      'Internal error occurred: failed to allocate a nodePort: range is full',
    ]);
    const reserved = await server.post(services, open('e', 30_001));
    expect(String(reserved.body['message'])).toContain(
      'provided port is not in the valid range. The range of valid ports is 30000-30000,30002-30002,31000-31001',
    );
    await server.delete(`${services}/b`);
    expect((await server.post(services, open('e'))).status).toBe(201);
  });
});

describe('P8: a generated name that is taken', () => {
  it('starts the creation anew, so that the record names the Service that was stored', async () => {
    await using server = await testServer({ clock: clockAt() });
    const zeros = <T>(bytes: T): T => bytes;
    jest.spyOn(crypto, 'getRandomValues').mockImplementationOnce(zeros).mockImplementationOnce(zeros);
    const generated = { metadata: { generateName: 'web-' }, spec: { ports: [{ port: 80 }] } };
    expect((await server.post(services, generated)).body['metadata']?.['name']).toBe('web-bbbbb');
    const { body } = await server.post(services, generated);
    expect(body['metadata']?.['name']).not.toBe('web-bbbbb');
    const { clusterIP } = body['spec'] as unknown as { clusterIP: string };
    const record = await server.get(`${records}/${clusterIP}`);
    expect(record.body['spec']?.['parentRef']?.['name']).toBe(body['metadata']?.['name']);
  });
});
