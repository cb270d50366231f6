import { describe, expect, it } from '@jest/globals';
import { parseCidr } from '../../model/index.ts';
import { planAddresses, planServers, planSets } from './plan.ts';
import type { VirtualServer } from './servers.ts';
import type { IpSet } from './sets.ts';
import { FakeIpvs } from './testdata/fake-ipvs.ts';

const server = (realServers: string[], more: Partial<VirtualServer> = {}): VirtualServer => ({
  protocol: 'TCP',
  address: '10.96.0.10:80',
  scheduler: 'rr',
  persistenceSeconds: 0,
  hashesPort: false,
  realServers,
  ...more,
});

const family = 'IPv4';
const [a, b] = ['10.244.1.1:8080', '10.244.1.2:8080'] as const;

/** A kernel table that holds these servers. */
function kernel(...servers: VirtualServer[]): FakeIpvs {
  const fake = new FakeIpvs();
  fake.run(planServers(servers, [], { family }).lines);
  return fake;
}

describe('planServers', () => {
  it('makes what is missing and says nothing when all is there', () => {
    const fake = kernel(server([a, b]));
    expect(planServers([server([a, b])], fake.observed(), { family })).toEqual({ lines: [], draining: new Set() });
  });

  it('V15 edits what differs and keeps its real servers', () => {
    const fake = kernel(server([a]));
    const { lines } = planServers([server([a], { persistenceSeconds: 10 })], fake.observed(), { family });
    expect(lines).toEqual(['-E -t 10.96.0.10:80 -s rr -p 10']);
  });

  it('S95 V15 deletes what nobody wants, but neither foreign ranges nor the other family', () => {
    const fake = kernel(
      server([], { address: '10.96.0.11:80' }),
      server([], { address: '198.18.0.1:80' }),
      server([], { address: '[fd00::1]:80' }),
    );
    const foreign = parseCidr('198.18.0.0/16');
    const excludeCIDRs = foreign === undefined ? [] : [foreign];
    expect(planServers([], fake.observed(), { family, excludeCIDRs }).lines).toEqual(['-D -t 10.96.0.11:80']);
    expect(planServers([], fake.observed(), { family: 'IPv6' }).lines).toEqual(['-D -t [fd00::1]:80']);
  });

  it('V17 an idle TCP endpoint goes at once, a busy one takes no new connections until it is idle', () => {
    const fake = kernel(server([a, b]));
    fake.connect('10.96.0.10:80', a, 3);
    const first = planServers([server([])], fake.observed(), { family });
    expect(first.lines).toEqual([`-e -t 10.96.0.10:80 -r ${a} -m -w 0`, `-d -t 10.96.0.10:80 -r ${b}`]);
    fake.run(first.lines);
    const second = planServers([server([])], fake.observed(), { family, draining: first.draining });
    expect(second).toEqual({ lines: [], draining: first.draining });
    fake.connect('10.96.0.10:80', a, 0);
    const third = planServers([server([])], fake.observed(), { family, draining: second.draining });
    expect(third).toEqual({ lines: [`-d -t 10.96.0.10:80 -r ${a}`], draining: new Set() });
  });

  it('V17 UDP has no end to wait for', () => {
    const udp = { protocol: 'UDP' } as const;
    const fake = kernel(server([a], udp));
    fake.connect('10.96.0.10:80', a, 3);
    expect(planServers([server([], udp)], fake.observed(), { family }).lines).toEqual([`-d -u 10.96.0.10:80 -r ${a}`]);
  });

  it('S96 V16 an endpoint that comes back while it drains is there again with full weight', () => {
    const fake = kernel(server([a]));
    fake.connect('10.96.0.10:80', a, 3);
    const gone = planServers([server([])], fake.observed(), { family });
    fake.run(gone.lines);
    const back = planServers([server([a])], fake.observed(), { family, draining: gone.draining });
    fake.run(back.lines);
    expect(back.draining).toEqual(new Set());
    expect(fake.observed()[0]?.realServers).toEqual(new Map([[a, { weight: 1, connections: 0 }]]));
  });

  it('V16 the first sync of a process raises weights that an earlier one left low', () => {
    const fake = kernel(server([a]));
    fake.run([`-e -t 10.96.0.10:80 -r ${a} -m -w 0`]);
    const plan = (isFirst: boolean): readonly string[] =>
      planServers([server([a])], fake.observed(), { family, isFirst }).lines;
    expect([plan(false), plan(true)]).toEqual([[], [`-e -t 10.96.0.10:80 -r ${a} -m -w 1`]]);
  });
});

describe('planSets', () => {
  const set = (entries: string[]): IpSet => ({
    key: 'CLUSTER-IP',
    name: 'KUBE-CLUSTER-IP',
    type: 'hash:ip,port',
    family,
    entries,
  });

  it('V20 deletes before it adds, and makes only what is missing', () => {
    const [x, y, z] = ['10.96.0.1,tcp:1', '10.96.0.2,tcp:1', '10.96.0.3,tcp:1'] as const;
    expect(planSets([set([y, z])], new Map([['KUBE-CLUSTER-IP', new Set([x, y])]]))).toEqual([
      `del KUBE-CLUSTER-IP ${x}`,
      `add KUBE-CLUSTER-IP ${z}`,
    ]);
    expect(planSets([set([y])], new Map())).toEqual([
      'create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536',
      `add KUBE-CLUSTER-IP ${y}`,
    ]);
  });
});

describe('planAddresses', () => {
  it('V10 binds what is missing; what nobody wants goes at the end', () => {
    expect(planAddresses(['10.96.0.1', '10.96.0.2'], ['10.96.0.2', '10.96.0.3'], family)).toEqual({
      bind: ['address add 10.96.0.1/32 dev kube-ipvs0'],
      unbind: ['address del 10.96.0.3/32 dev kube-ipvs0'],
    });
    expect(planAddresses(['fd00::1'], [], 'IPv6').bind).toEqual(['address add fd00::1/128 dev kube-ipvs0']);
  });
});
