import { describe, expect, it } from '@jest/globals';
import type { Endpoint as WireEndpoint } from '../../api/types.ts';
import { buildModel } from './build.ts';
import type { PortPlan } from './plan.ts';
import { draining, endpoint, n1, service, silent, slice, unready, type SpecInput } from './testdata/objects.ts';
import type { NodeView } from './topology.ts';

const local = endpoint('10.244.1.1');
const local2 = endpoint('10.244.1.2');
const remote = endpoint('10.244.2.1');
const remote2 = endpoint('10.244.2.2');

function plan(spec: SpecInput, endpoints: WireEndpoint[], node: NodeView = n1): PortPlan {
  const [port] = buildModel([service({ spec })], [slice({ endpoints })], { family: 'IPv4', node }).ports;
  if (port === undefined) throw new Error('The Service has no port');
  return port;
}

const ips = (list: readonly { ip: string }[]): string[] => list.map(({ ip }) => ip.replace('10.244.', ''));

/** The part of a plan that the policy table speaks about. */
function summary({ cluster, local: here, internal, external, servesExternal }: PortPlan): unknown[] {
  return [ips(cluster), ips(here), internal, external, servesExternal];
}

const nodePort = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] };
const etpLocal = { ...nodePort, externalTrafficPolicy: 'Local' };
const itpLocal = { internalTrafficPolicy: 'Local' };

describe('policies and endpoints (T10–T17)', () => {
  it.each([
    ['S21 T10 nobody at all', nodePort, [], [[], [], 'reject', 'reject', false]],
    ['S22 T10 all unready', nodePort, [endpoint('10.244.1.1', unready)], [[], [], 'reject', 'reject', false]],
    ['S36 T10 nobody, both local', { ...etpLocal, ...itpLocal }, [], [[], [], 'reject', 'reject', false]],
    ['S1 S43 T11 both Cluster', nodePort, [local, remote], [['1.1', '2.1'], [], 'serve', 'serve', true]],
    [
      'S37 T12 internal Local, remote only',
      { ...nodePort, ...itpLocal },
      [remote],
      [['2.1'], [], 'drop', 'serve', true],
    ],
    [
      'T13 internal Local, one here',
      { ...nodePort, ...itpLocal },
      [local, remote],
      [['1.1', '2.1'], ['1.1'], 'serve', 'serve', true],
    ],
    ['S41 S42 T14 external Local, remote only', etpLocal, [remote], [['2.1'], [], 'serve', 'drop', true]],
    [
      'S38 S39 T15 external Local, one here',
      etpLocal,
      [local, remote],
      [['1.1', '2.1'], ['1.1'], 'serve', 'serve', true],
    ],
    ['T16 both Local, remote only', { ...etpLocal, ...itpLocal }, [remote], [['2.1'], [], 'drop', 'drop', true]],
    ['S35 T17 internal Local, nothing external', itpLocal, [remote], [[], [], 'drop', 'reject', false]],
    ['S34 internal Local, nothing external', itpLocal, [local, remote], [[], ['1.1'], 'serve', 'reject', false]],
    [
      'S44 external Local on a plain ClusterIP',
      { externalTrafficPolicy: 'Local' },
      [remote],
      [['2.1'], [], 'serve', 'serve', false],
    ],
  ])('%s', (_, spec, endpoints, expected) => {
    expect(summary(plan(spec, endpoints))).toEqual(expected);
  });
});

describe('readiness and termination (T2, T3, T6, T8)', () => {
  it.each([
    ['S26 a ready one beats a draining one', [remote, endpoint('10.244.2.2', draining)], ['2.1']],
    [
      'S27 with none ready the draining ones serve',
      [endpoint('10.244.1.1', draining), endpoint('10.244.2.2', draining)],
      ['1.1', '2.2'],
    ],
    ['S28 T6 a silent one never serves', [endpoint('10.244.2.1', silent)], []],
    ['S25 nil readiness is ready', [{ addresses: ['10.244.2.1'] }], ['2.1']],
  ])('%s', (_, endpoints, expected) => {
    expect(ips(plan({}, endpoints).cluster)).toEqual(expected);
  });

  it('S46 T8 the local list may drain while the cluster list is ready; the union holds both', () => {
    const made = plan(etpLocal, [endpoint('10.244.1.1', draining), remote]);
    expect(summary(made)).toEqual([['2.1'], ['1.1'], 'serve', 'serve', true]);
    expect([ips(made.reachable), made.terminatingLocal, made.terminatingCluster]).toEqual([
      ['1.1', '2.1'],
      true,
      false,
    ]);
  });

  it('T4 a draining endpoint elsewhere turns a reject into a drop', () => {
    expect(plan(itpLocal, [endpoint('10.244.2.1', draining)]).internal).toBe('drop');
    expect(plan(itpLocal, [endpoint('10.244.2.1', silent)]).internal).toBe('reject');
  });
});

const zoned = (ip: string, ...zones: string[]): WireEndpoint =>
  endpoint(ip, { hints: { forZones: zones.map((name) => ({ name })) } });

const hinted = (ip: string, nodes: string[], zones: string[]): WireEndpoint =>
  endpoint(ip, { hints: { forNodes: nodes.map((name) => ({ name })), forZones: zones.map((name) => ({ name })) } });

describe('hints (T20–T26)', () => {
  it.each([
    ['S77 all hinted, some for z1', [zoned('10.244.1.1', 'z1'), zoned('10.244.2.1', 'z2')], ['1.1']],
    ['T24 several zones in one hint', [zoned('10.244.1.1', 'z3'), zoned('10.244.2.1', 'z2', 'z1')], ['2.1']],
    ['S78 one ready endpoint lacks hints', [zoned('10.244.1.1', 'z1'), remote], ['1.1', '2.1']],
    ['S79 hints for z2 only', [zoned('10.244.1.1', 'z2'), zoned('10.244.2.1', 'z2')], ['1.1', '2.1']],
    ['S81 no hints', [local, remote], ['1.1', '2.1']],
    [
      'T24 an unready endpoint without hints changes nothing',
      [zoned('10.244.1.1', 'z1'), zoned('10.244.2.1', 'z2'), endpoint('10.244.2.2', unready)],
      ['1.1'],
    ],
    ['S80 node hints on all', [hinted('10.244.1.1', ['n1'], ['z1']), hinted('10.244.1.2', ['n3'], ['z1'])], ['1.1']],
    [
      'S80 node hints missing on one, zones complete',
      [hinted('10.244.1.1', ['n1'], ['z2']), zoned('10.244.2.1', 'z1')],
      ['2.1'],
    ],
    [
      'T22 node hints on all but none for n1: zones decide',
      [hinted('10.244.1.1', ['n3'], ['z1']), hinted('10.244.2.1', ['n4'], ['z2'])],
      ['1.1'],
    ],
  ])('%s', (_, endpoints, expected) => {
    expect(ips(plan({}, endpoints).cluster)).toEqual(expected);
  });

  it('T23 a node without a zone ignores zone hints', () => {
    const hints = [zoned('10.244.1.1', 'z1'), zoned('10.244.2.1', 'z2')];
    const made = plan({}, hints, { name: 'n1', labels: {} });
    expect([ips(made.cluster), made.narrowedBy]).toEqual([['1.1', '2.1'], 'none']);
  });

  it('S82 another zone label, other endpoints', () => {
    const hints = [zoned('10.244.1.1', 'z1'), zoned('10.244.2.1', 'z2')];
    const moved = { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z2' } };
    expect([n1, moved].map((node) => ips(plan({}, hints, node).cluster))).toEqual([['1.1'], ['2.1']]);
  });

  it('S86 the local list ignores hints; the union has what either may use', () => {
    const made = plan(etpLocal, [zoned('10.244.1.1', 'z2'), zoned('10.244.2.1', 'z1')]);
    expect([ips(made.cluster), ips(made.local), ips(made.reachable)]).toEqual([['2.1'], ['1.1'], ['1.1', '2.1']]);
  });
});

describe('topologyKeys (T30–T37)', () => {
  const host = 'kubernetes.io/hostname';
  const zone = 'topology.kubernetes.io/zone';
  const sameZone = endpoint('10.244.2.3', { zone: 'z1' });

  it.each([
    ['S83 host, zone, any: the zone decides', [host, zone, '*'], [sameZone, remote2], ['2.3']],
    ['T37 host before zone', [host, zone, '*'], [local, sameZone], ['1.1']],
    ['S84 host only, nobody here', [host], [remote], []],
    ['S85 a key the node lacks is skipped', ['rack', '*'], [local, remote], ['1.1', '2.1']],
    ['T32 the list runs out', ['rack', zone], [remote], []],
    ['T34 an endpoint without the value never matches', [zone], [remote, sameZone], ['2.3']],
    [
      'T35 readiness first: an unready match does not count',
      [host, '*'],
      [endpoint('10.244.1.1', unready), remote],
      ['2.1'],
    ],
    [
      'T32 draining ones do not step in for excluded ready ones',
      [host],
      [remote, endpoint('10.244.2.2', draining)],
      [],
    ],
    ['T36 keys beat hints', ['*'], [zoned('10.244.1.1', 'z1'), zoned('10.244.2.1', 'z2')], ['1.1', '2.1']],
    ['a key named like a method', ['constructor', '*'], [local], ['1.1']],
  ])('%s', (_, topologyKeys, endpoints, expected) => {
    expect(ips(plan({ topologyKeys }, endpoints).cluster)).toEqual(expected);
  });

  it('S84 T32 rejects although endpoints exist elsewhere', () => {
    expect(plan({ topologyKeys: [host] }, [remote]).internal).toBe('reject');
  });

  it('T34 reads other keys from deprecatedTopology', () => {
    const racked = endpoint('10.244.2.1', { deprecatedTopology: { rack: 'r1' } });
    const node = { name: 'n1', labels: { rack: 'r1' } };
    expect(ips(plan({ topologyKeys: ['rack'] }, [racked, remote2], node).cluster)).toEqual(['2.1']);
  });

  it('T33 a node without labels serves all if the last key is *, else nobody', () => {
    const bare = { name: 'n1', labels: {} };
    const lists = [['rack', '*'], ['rack']].map((topologyKeys) => ips(plan({ topologyKeys }, [remote], bare).cluster));
    expect(lists).toEqual([['2.1'], []]);
  });

  it('T36 policy Local beats topologyKeys; an excluded cluster list is rejected, not dropped', () => {
    expect(summary(plan({ ...etpLocal, topologyKeys: ['rack'] }, [local2, remote]))).toEqual([
      [],
      ['1.2'],
      'reject',
      'serve',
      true,
    ]);
  });
});
