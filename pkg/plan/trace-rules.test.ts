import { describe, expect, it } from '@jest/globals';
import { endpoint, n1, service, slice } from '../proxy/model/testdata/objects.ts';
import { ruleDifference, traceRules, type TraceRequest } from './index.ts';

const local = endpoint('10.244.1.11');
const remote = endpoint('10.244.2.12');
const exposed = service({
  spec: { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ name: 'http', port: 80, nodePort: 30080 }] },
});

const trace = (given: Partial<TraceRequest>) =>
  traceRules({
    mode: 'nftables',
    services: [exposed],
    slices: [slice({ endpoints: [local, remote] })],
    node: n1,
    namespace: 'shop',
    name: 'web',
    ...given,
  });

describe('traceRules', () => {
  it('T15 says which list serves, and for whom it is another', () => {
    const [clusterIP, nodePort] = trace({});
    expect([clusterIP?.address, clusterIP?.list, clusterIP?.endpoints]).toEqual([
      '10.96.0.10:80',
      'all endpoints',
      ['10.244.1.11:8080', '10.244.2.12:8080'],
    ]);
    expect([nodePort?.address, nodePort?.list, nodePort?.endpoints]).toEqual([
      '30080',
      'endpoints on this node, for the policy is Local; Pods and the node itself use all endpoints',
      ['10.244.1.11:8080'],
    ]);
  });

  it('T10 T14 says why nobody serves', () => {
    expect(trace({ slices: [] }).map(({ list }) => list)).toEqual([
      'refused: there are no endpoints',
      'refused: there are no endpoints',
    ]);
    expect(trace({ slices: [slice({ endpoints: [remote] })] })[1]?.list).toBe(
      'dropped: the policy is Local and no endpoint is on this node; Pods and the node itself use all endpoints',
    );
  });

  it('follows nftables elements to their chain and endpoints', () => {
    expect(trace({})[0]?.rules).toEqual([
      'element service-ips { 10.96.0.10 . tcp . 80 : goto cluster-ip/tcp/2 }',
      'chain cluster-ip/tcp/2 { dnat ip to ip daddr . tcp dport . numgen random mod 2 map @endpoints-tcp }',
      'chain cluster-ip/tcp/2 { drop }',
      'element endpoints-tcp { 10.96.0.10 . 80 . 0 : 10.244.1.11 . 8080 }',
      'element endpoints-tcp { 10.96.0.10 . 80 . 1 : 10.244.2.12 . 8080 }',
    ]);
    expect(trace({ layout: 'chains' })[1]?.rules[0]).toBe(
      'element service-nodeports { tcp . 30080 : goto external-KHN6ECMT-shop/web/tcp/http }',
    );
  });

  it('follows iptables chains, and finds the refusal where there is nobody', () => {
    const targets = (rules: readonly string[] = []) => rules.map((rule) => / -j (\S{9})/.exec(rule)?.[1]);
    expect(targets(trace({ mode: 'iptables' })[1]?.rules).slice(0, 2)).toEqual(['KUBE-EXT-', 'KUBE-MARK']);
    expect(trace({ mode: 'iptables', slices: [] }).map(({ rules }) => rules)).toEqual([
      [
        '-A KUBE-SERVICES -m comment --comment "shop/web:http has no endpoints" -m tcp -p tcp -d 10.96.0.10 --dport 80 -j REJECT',
      ],
      [
        '-A KUBE-EXTERNAL-SERVICES -m comment --comment "shop/web:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j REJECT',
      ],
    ]);
  });

  it('finds virtual servers, and says what it cannot know', () => {
    expect(trace({ mode: 'ipvs' }).map(({ rules }) => rules)).toEqual([
      [
        '-A -t 10.96.0.10:80 -s rr',
        '-a -t 10.96.0.10:80 -r 10.244.1.11:8080 -m -w 1',
        '-a -t 10.96.0.10:80 -r 10.244.2.12:8080 -m -w 1',
      ],
      ['a virtual server on each address of the node; the Node object names none'],
    ]);
    const known = trace({ mode: 'ipvs', nodeAddresses: ['192.0.2.10'] })[1]?.rules;
    expect(known?.[0]).toBe('-A -t 192.0.2.10:30080 -s rr');
  });
});

describe('ruleDifference', () => {
  const services = [service()];
  const before = { services, slices: [slice({ endpoints: [local] })] };
  const after = { services, slices: [slice({ endpoints: [remote] })] };

  it('N41 is the transaction that a running proxy would write', () => {
    expect(ruleDifference({ mode: 'nftables', node: n1, before, after })).toEqual([
      'delete element ip kube-proxy endpoints-tcp { 10.96.0.10 . 80 . 0 }',
      'delete element ip kube-proxy hairpin-connections { 10.244.1.11 . 10.244.1.11 . tcp . 8080 }',
      'add element ip kube-proxy endpoints-tcp { 10.96.0.10 . 80 . 0 : 10.244.2.12 . 8080 }',
    ]);
    expect(ruleDifference({ mode: 'nftables', node: n1, before, after: before })).toEqual([]);
  });

  it('removes what is no longer there', () => {
    const nothing = { services: [], slices: [] };
    const lines = ruleDifference({ mode: 'nftables', node: n1, before, after: nothing });
    expect(lines).toContain('delete element ip kube-proxy service-ips { 10.96.0.10 . tcp . 80 }');
    expect(lines.filter((line) => line.startsWith('add'))).toEqual([]);
  });

  it.each(['iptables', 'ipvs'] as const)('is the lines that come and go, mode %s', (mode) => {
    const lines = ruleDifference({ mode, node: n1, before, after });
    expect(lines.filter((line) => line.includes('10.244.1.11')).every((line) => line.startsWith('- '))).toBe(true);
    expect(lines.filter((line) => line.includes('10.244.2.12')).map((line) => line.slice(0, 2))).toContain('+ ');
  });
});
