import { describe, expect, it } from '@jest/globals';
import type { IPAddress, Service } from '../api/types.ts';
import { parseIp } from '../ip/index.ts';
import { nodePortPool } from './node-port-pool.ts';
import { type Repair, repairAddress, repairService, type RepairView } from './repair-addresses.ts';
import { PortCensus } from './repair-ports.ts';
import { ipAddressFor } from './service-cidrs.ts';
import { port, service, serviceCidr } from './testdata/worlds.ts';

const now = Date.UTC(2026, 0, 1);

const withIp = (name: string, ...clusterIPs: string[]): Service =>
  service({ clusterIP: clusterIPs[0] ?? '', clusterIPs }, name);

function record(text: string, name: string, ageMs = 3_600_000): IPAddress {
  const ip = parseIp(text);
  if (ip === undefined) throw new Error(text);
  const address = ipAddressFor(ip, { namespace: 'n', name });
  const creationTimestamp = new Date(now - ageMs).toISOString();
  return { ...address, metadata: { ...address.metadata, creationTimestamp } };
}

function view(services: readonly Service[], addresses: readonly IPAddress[]): RepairView {
  return {
    cidrs: [serviceCidr('kubernetes', '10.96.0.0/24', 'fd00::/112')],
    service: (namespace, name) =>
      services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    address: (name) => addresses.find(({ metadata }) => metadata.name === name),
  };
}

/** `ClusterIPNotAllocated: …`, `create 10.96.0.5`, `delete 10.96.0.5`, `wait 5000` */
const told = (repairs: readonly Repair[]): string[] =>
  repairs.map((repair) => {
    if (repair.kind === 'report') return `${repair.finding.reason}: ${repair.finding.note}`;
    if (repair.kind === 'wait') return `wait ${repair.ms}`;
    if (repair.kind === 'create') return `create ${repair.address.metadata.name}`;
    return `delete ${repair.name}`;
  });

describe('repair from the side of the Service (R7)', () => {
  const web = withIp('web', '10.96.0.5');

  it('finds nothing when record and Service agree', () => {
    expect(repairService(web, view([web], [record('10.96.0.5', 'web')]))).toEqual([]);
    expect(repairService(service({ clusterIP: 'None', clusterIPs: ['None'] }), view([], []))).toEqual([]);
  });

  it('writes a missing record', () => {
    expect(told(repairService(web, view([web], [])))).toEqual([
      'ClusterIPNotAllocated: Cluster IP [IPv4]: 10.96.0.5 is not allocated; repairing',
      'create 10.96.0.5',
    ]);
  });

  it('replaces a record that refers to nobody, or to something else', () => {
    const wrong =
      'ClusterIPNotAllocated: the ClusterIP [IPv4]: 10.96.0.5 for Service n/web has a wrong reference; repairing';
    const expected = [wrong, 'delete 10.96.0.5', 'create 10.96.0.5'];
    expect(told(repairService(web, view([web], [record('10.96.0.5', 'gone')])))).toEqual(expected);
    const foreign = { ...record('10.96.0.5', 'web'), spec: { parentRef: { resource: 'pods', name: 'web' } } };
    expect(told(repairService(web, view([web], [foreign])))).toEqual(expected);
  });

  it('reports an address with two Services and changes nothing', () => {
    const other = withIp('other', '10.96.0.5');
    expect(told(repairService(web, view([web, other], [record('10.96.0.5', 'other')])))).toEqual([
      'ClusterIPAlreadyAllocated: Cluster IP [IPv4]:10.96.0.5 was assigned to multiple services; please recreate service',
    ]);
  });

  it('reports addresses outside every range and texts that are none', () => {
    const odd = withIp('odd', '10.99.0.1');
    expect(told(repairService(odd, view([odd], [])))).toEqual([
      'ClusterIPOutOfRange: Cluster IP [IPv4]: 10.99.0.1 is not within any configured Service CIDR; please recreate service',
    ]);
    const bad = withIp('bad', 'banana');
    expect(told(repairService(bad, view([bad], [])))).toEqual([
      'ClusterIPNotValid: Cluster IP banana is not a valid IP; please recreate Service',
    ]);
  });

  it('gives a record its labels back', () => {
    const bare = record('10.96.0.5', 'web');
    delete bare.metadata.labels;
    expect(told(repairService(web, view([web], [bare])))).toEqual(['delete 10.96.0.5', 'create 10.96.0.5']);
  });

  it('Q10: takes another spelling of an IPv6 address for the same', () => {
    const six = withIp('six', 'fd00:0::0005');
    expect(repairService(six, view([six], [record('fd00::5', 'six')]))).toEqual([]);
    expect(repairAddress(record('fd00::5', 'six'), view([six], []), now)).toEqual([]);
  });
});

describe('repair from the side of the record (R8)', () => {
  it('cleans up a leak after a minute, not before', () => {
    expect(told(repairAddress(record('10.96.0.5', 'gone', 61_000), view([], []), now))).toEqual([
      'IPAddressNotAllocated: IPAddress: 10.96.0.5 for Service n/gone appears to have leaked: cleaning up',
      'delete 10.96.0.5',
    ]);
    expect(told(repairAddress(record('10.96.0.5', 'gone', 60_000), view([], []), now))).toEqual(['wait 1']);
  });

  it('deletes what refers to something else, in the words of upstream', () => {
    const foreign = {
      ...record('10.96.3.3', 'x'),
      spec: { parentRef: { resource: 'pods', name: 'x', namespace: 'default' } },
    };
    expect(told(repairAddress(foreign, view([], []), now))).toEqual([
      'IPAddressNotAllocated: IPAddress 10.96.3.3 appears to have been modified, not referencing a Service &ParentReference{Group:,Resource:pods,Namespace:default,Name:x,}: cleaning up',
      'delete 10.96.3.3',
    ]);
  });

  it('Q28: deletes what its Service does not list, but nothing younger than five seconds', () => {
    const web = withIp('web', '10.96.0.5');
    expect(told(repairAddress(record('10.96.0.9', 'web', 5000), view([web], []), now))).toEqual([
      'IPAddressWrongReference: IPAddress: 10.96.0.9 for Service n/web has a wrong reference; cleaning up',
      'delete 10.96.0.9',
    ]);
    expect(told(repairAddress(record('10.96.0.9', 'web', 4000), view([web], []), now))).toEqual(['wait 1000']);
  });

  it('waits a minute for a Service that may be on its way from ExternalName', () => {
    const named = service({ type: 'ExternalName', externalName: 'a.b' }, 'web');
    expect(told(repairAddress(record('10.96.0.9', 'web', 30_000), view([named], []), now))).toEqual(['wait 30001']);
    expect(told(repairAddress(record('10.96.0.9', 'web'), view([named], []), now))).toContain('delete 10.96.0.9');
  });

  it('O48: leaves addresses of other owners alone', () => {
    const other = record('10.96.0.5', 'gone');
    other.metadata.labels = { 'ipaddress.kubernetes.io/managed-by': 'somebody.example' };
    expect(repairAddress(other, view([], []), now)).toEqual([]);
  });
});

describe('a census of node ports (R1–R3)', () => {
  const census = (): PortCensus => new PortCensus(nodePortPool([{ first: 30_000, last: 30_009 }]));
  const open = (name: string, ...nodePorts: number[]): Service =>
    service({ type: 'NodePort', ports: nodePorts.map((nodePort, index) => port(80 + index, { nodePort })) }, name);

  it('tells the second Service with a port, and a port outside the range', () => {
    const pass = census();
    expect(pass.count(open('a', 30_000, 30_001))).toEqual([]);
    expect(pass.count(open('b', 30_001, 40_000))).toMatchObject([
      {
        kind: 'duplicate',
        reason: 'PortAlreadyAllocated',
        note: 'Port 30001 was assigned to multiple services; please recreate service',
      },
      {
        kind: 'outOfRange',
        reason: 'PortOutOfRange',
        note: 'Port 40000 is not within the port range 30000-30009; please recreate service',
      },
    ]);
  });

  it('R3: counts a number once for several protocols, twice for the same one', () => {
    const both = service({
      type: 'NodePort',
      ports: [port(53, { nodePort: 30_000 }), port(53, { nodePort: 30_000, protocol: 'UDP' })],
    });
    expect(census().count(both)).toEqual([]);
    expect(census().count(open('twice', 30_000, 30_000))).toMatchObject([{ kind: 'duplicate' }]);
  });

  it('Q9: does not count what the type does not own', () => {
    const pass = census();
    pass.count(open('a', 30_000));
    const named = service({ type: 'ExternalName', externalName: 'a.b', ports: [port(80, { nodePort: 30_000 })] });
    expect(pass.count(named)).toEqual([]);
  });
});
