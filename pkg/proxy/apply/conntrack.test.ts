import { describe, expect, it } from '@jest/globals';
import { buildModel, type PortPlan } from '../model/index.ts';
import { draining, endpoint, n1, service, slice, unready } from '../model/testdata/objects.ts';
import { cleanStaleFlows, parseFlows, staleFlows, type UdpFlow } from './conntrack.ts';
import type { Runner } from './runner.ts';

const spec = {
  type: 'LoadBalancer',
  externalIPs: ['198.51.100.7'],
  ports: [{ name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 }],
};

function plans(...endpoints: ReturnType<typeof endpoint>[]): readonly PortPlan[] {
  const parts = [slice({ ports: [{ name: 'dns', protocol: 'UDP', port: 5353 }], endpoints })];
  const objects = [service({ spec, ingress: [{ ip: '203.0.113.5' }] })];
  return buildModel(objects, parts, { family: 'IPv4', node: n1 }).ports;
}

const flow = (destination: string, destinationPort: number, reply: string, replySourcePort = 5353): UdpFlow => ({
  source: '192.0.2.2',
  sourcePort: 1234,
  destination,
  destinationPort,
  replySource: reply,
  replySourcePort,
});

const node = new Set(['192.0.2.10']);
const stale = (flows: UdpFlow[], current: readonly PortPlan[]): UdpFlow[] => staleFlows(flows, current, node);

describe('staleFlows', () => {
  const to = ['10.96.0.10', '198.51.100.7', '203.0.113.5'] as const;

  it('S73 C4 cuts flows to endpoints that serve no longer, whatever address they began at', () => {
    const gone = [...to.map((ip) => flow(ip, 53, '10.244.1.1')), flow('192.0.2.10', 30053, '10.244.1.1')];
    const fine = gone.map((each) => ({ ...each, replySource: '10.244.1.2' }));
    expect(stale([...gone, ...fine], plans(endpoint('10.244.1.2')))).toEqual(gone);
  });

  it('S74 C1 cuts flows that began before there were rules', () => {
    const early = flow('10.96.0.10', 53, '10.96.0.10', 53);
    expect(stale([early], plans(endpoint('10.244.1.2')))).toEqual([early]);
  });

  it('C5 tells another port of the same pod apart', () => {
    const oldPort = flow('10.96.0.10', 53, '10.244.1.2', 53);
    expect(stale([oldPort], plans(endpoint('10.244.1.2')))).toEqual([oldPort]);
  });

  it('C4 lets a draining endpoint keep its flows, and a Service without endpoints all of them', () => {
    const kept = flow('10.96.0.10', 53, '10.244.1.1');
    expect(stale([kept], plans(endpoint('10.244.1.1', draining), endpoint('10.244.1.2')))).toEqual([]);
    expect(stale([kept], plans(endpoint('10.244.1.1', unready)))).toEqual([]);
  });

  it('S76 C5 leaves everybody else’s flows alone, foreign ones with a node port’s number too', () => {
    const foreign = [flow('8.8.8.8', 53, '8.8.8.8', 53), flow('192.0.2.99', 30053, '192.0.2.99', 30053)];
    expect(stale(foreign, plans(endpoint('10.244.1.2')))).toEqual([]);
  });
});

const listing = [
  'udp      17 29 src=10.244.1.99 dst=10.96.0.10 sport=40000 dport=53 src=10.244.1.1 dst=10.244.1.99 sport=5353 dport=40000 mark=0 use=1',
  'udp      17 12 src=192.0.2.2 dst=198.18.0.9 sport=1 dport=2 [UNREPLIED] src=198.18.0.9 dst=192.0.2.2 sport=2 dport=1 mark=0 use=1',
  'conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.',
  '',
].join('\n');

describe('cleanStaleFlows', () => {
  it('reads what conntrack lists', () => {
    expect(parseFlows(listing)).toEqual([
      {
        source: '10.244.1.99',
        sourcePort: 40000,
        destination: '10.96.0.10',
        destinationPort: 53,
        replySource: '10.244.1.1',
        replySourcePort: 5353,
      },
      {
        source: '192.0.2.2',
        sourcePort: 1,
        destination: '198.18.0.9',
        destinationPort: 2,
        replySource: '198.18.0.9',
        replySourcePort: 2,
      },
    ]);
  });

  it('C3 deletes exactly the stale ones, and minds nobody who was quicker', async () => {
    const calls: string[] = [];
    const run: Runner = async (command, args) => {
      calls.push([command, ...args].join(' '));
      return { code: args[0] === '-D' ? 1 : 0, stdout: args[0] === '-L' ? listing : '', stderr: '0 flow entries' };
    };
    expect(await cleanStaleFlows(run, 'IPv4', plans(endpoint('10.244.1.2')), node)).toBe(1);
    expect(calls).toEqual([
      'conntrack -L -p udp -f ipv4',
      'conntrack -D -p udp -f ipv4 -s 10.244.1.99 -d 10.96.0.10 --sport 40000 --dport 53',
    ]);
  });

  it('C7 does not look when there is no UDP Service', async () => {
    const never: Runner = () => Promise.reject(new Error('Called'));
    const tcp = buildModel([service()], [], { family: 'IPv4', node: n1 }).ports;
    expect(await cleanStaleFlows(never, 'IPv4', tcp, node)).toBe(0);
  });
});
