import { describe, expect, it } from '@jest/globals';
import type { Endpoint as WireEndpoint } from '../../../api/types.ts';
import { buildModel, parseCidr, type DetectLocal, type Family } from '../../model/index.ts';
import {
  endpoint,
  n1,
  service,
  slice,
  unready,
  type ServiceInput,
  type SpecInput,
} from '../../model/testdata/objects.ts';
import type { IpvsOptions } from './options.ts';
import { printServers, printSets } from './print.ts';
import { renderIpvs, type IpvsProgram } from './program.ts';
import { setName } from './sets.ts';

const pods = parseCidr('10.244.0.0/16');
const byCidr: DetectLocal = pods === undefined ? { by: 'none' } : { by: 'cidr', cidr: pods };
const local = endpoint('10.244.1.11');
const remote = endpoint('10.244.2.12');

function program(
  input: ServiceInput,
  endpoints: WireEndpoint[],
  options: Partial<IpvsOptions> = {},
  family: Family = 'IPv4',
): IpvsProgram {
  const model = buildModel([service(input)], [slice({ endpoints, addressType: family })], { family, node: n1 });
  return renderIpvs(model, { nodeAddresses: ['127.0.0.1', '192.0.2.10'], detectLocal: byCidr, ...options });
}

const entries = (made: IpvsProgram): Record<string, readonly string[]> =>
  Object.fromEntries(made.sets.filter((set) => set.entries.length > 0).map((set) => [set.name, set.entries]));

const servers = (made: IpvsProgram): Record<string, readonly string[]> =>
  Object.fromEntries(made.servers.map(({ address, realServers }) => [address, realServers]));

const everything: ServiceInput = {
  spec: {
    type: 'LoadBalancer',
    ports: [{ name: 'http', port: 80, nodePort: 30080 }],
    externalIPs: ['198.51.100.7'],
  },
  ingress: [{ ip: '203.0.113.5' }],
};
const withSpec = (spec: SpecInput): ServiceInput => ({ ...everything, spec: { ...everything.spec, ...spec } });

describe('virtual servers', () => {
  it('V11 V13 one for each address and port, all with the same real servers', () => {
    const text = printServers(program(everything, [local, remote]).servers);
    expect(text.split('\n')).toEqual([
      '-A -t 10.96.0.10:80 -s rr',
      '-a -t 10.96.0.10:80 -r 10.244.1.11:8080 -m -w 1',
      '-a -t 10.96.0.10:80 -r 10.244.2.12:8080 -m -w 1',
      '-A -t 198.51.100.7:80 -s rr',
      '-a -t 198.51.100.7:80 -r 10.244.1.11:8080 -m -w 1',
      '-a -t 198.51.100.7:80 -r 10.244.2.12:8080 -m -w 1',
      '-A -t 203.0.113.5:80 -s rr',
      '-a -t 203.0.113.5:80 -r 10.244.1.11:8080 -m -w 1',
      '-a -t 203.0.113.5:80 -r 10.244.2.12:8080 -m -w 1',
      '-A -t 192.0.2.10:30080 -s rr',
      '-a -t 192.0.2.10:30080 -r 10.244.1.11:8080 -m -w 1',
      '-a -t 192.0.2.10:30080 -r 10.244.2.12:8080 -m -w 1',
      '',
    ]);
  });

  it('V12 A8 persistence with the timeout; mh hashes the port as well', () => {
    const sticky = {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
      ports: [{ name: 'http', port: 53, protocol: 'UDP' }],
    };
    expect(printServers(program({ spec: sticky }, [], { scheduler: 'mh' }).servers)).toBe(
      '-A -u 10.96.0.10:53 -s mh -p 10 -b mh-port\n',
    );
  });

  it('V40 stays without real servers when nobody is there', () => {
    expect(servers(program({}, [endpoint('10.244.1.11', unready)]))).toEqual({ '10.96.0.10:80': [] });
  });

  it('S48 V41 policy Local with nobody here falls back on all, and is counted', () => {
    const made = program(withSpec({ externalTrafficPolicy: 'Local' }), [remote]);
    expect(servers(made)['192.0.2.10:30080']).toEqual(['10.244.2.12:8080']);
    expect(made.noLocalEndpoints).toEqual({ internal: 0, external: 1 });
  });

  it('S38 policy Local with one here uses only that for external addresses', () => {
    const made = servers(program(withSpec({ externalTrafficPolicy: 'Local' }), [local, remote]));
    expect([made['10.96.0.10:80'], made['203.0.113.5:80']]).toEqual([
      ['10.244.1.11:8080', '10.244.2.12:8080'],
      ['10.244.1.11:8080'],
    ]);
  });

  it('V11 G52 node ports live on no loopback and no link-local address', () => {
    const addresses = { nodeAddresses: ['::1', 'fd00::10', 'fe80::1'] };
    const spec = { type: 'NodePort', clusterIP: 'fd00::1', ports: [{ name: 'http', port: 80, nodePort: 30080 }] };
    const six = program({ spec }, [endpoint('fd00:10::1')], addresses, 'IPv6');
    expect(servers(six)).toEqual({
      '[fd00::1]:80': ['[fd00:10::1]:8080'],
      '[fd00::10]:30080': ['[fd00:10::1]:8080'],
    });
    const selected = program(everything, [], { nodePortAddresses: { kind: 'some', ips: ['127.0.0.1', '192.0.2.11'] } });
    expect(Object.keys(servers(selected)).at(-1)).toBe('192.0.2.11:30080');
  });
});

describe('addresses of kube-ipvs0', () => {
  it('V10 carries what no other interface has, and no node port address', () => {
    const input = withSpec({ externalIPs: ['198.51.100.7', '192.0.2.10'] });
    expect(program(input, []).addresses).toEqual(['10.96.0.10', '198.51.100.7', '203.0.113.5']);
  });
});

describe('sets', () => {
  it('lists every destination by what has to be done with it', () => {
    expect(entries(program(everything, [local, remote]))).toEqual({
      'KUBE-LOOP-BACK': ['10.244.1.11,tcp:8080,10.244.1.11'],
      'KUBE-CLUSTER-IP': ['10.96.0.10,tcp:80'],
      'KUBE-EXTERNAL-IP': ['198.51.100.7,tcp:80'],
      'KUBE-LOAD-BALANCER': ['203.0.113.5,tcp:80'],
      'KUBE-NODE-PORT-TCP': ['30080'],
      'KUBE-IPVS-IPS': ['10.96.0.10', '198.51.100.7', '203.0.113.5'],
    });
  });

  it('policy Local, source ranges and the health check have sets of their own', () => {
    const input = withSpec({
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 32000,
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    });
    expect(entries(program(input, [], { nodeIP: '192.0.2.10' }))).toMatchObject({
      'KUBE-EXTERNAL-IP-LOCAL': ['198.51.100.7,tcp:80'],
      'KUBE-LOAD-BALANCER': ['203.0.113.5,tcp:80'],
      'KUBE-LOAD-BALANCER-LOCAL': ['203.0.113.5,tcp:80'],
      'KUBE-LOAD-BALANCER-FW': ['203.0.113.5,tcp:80'],
      'KUBE-LOAD-BALANCER-SOURCE-CIDR': ['203.0.113.5,tcp:80,192.0.2.0/24'],
      'KUBE-LOAD-BALANCER-SOURCE-IP': ['203.0.113.5,tcp:80,203.0.113.5'],
      'KUBE-NODE-PORT-TCP': ['30080'],
      'KUBE-NODE-PORT-LOCAL-TCP': ['30080'],
      'KUBE-HEALTH-CHECK-NODE-PORT': ['32000'],
    });
  });

  it('SCTP node ports are listed by address, UDP ones as ports', () => {
    const input = withSpec({
      externalTrafficPolicy: 'Local',
      ports: [
        { name: 's', protocol: 'SCTP', port: 80, nodePort: 30080 },
        { name: 'u', protocol: 'UDP', port: 81, nodePort: 30081 },
      ],
    });
    expect(entries(program(input, []))).toMatchObject({
      'KUBE-NODE-PORT-SCTP-HASH': ['192.0.2.10,sctp:30080'],
      'KUBE-NODE-PORT-LOCAL-SCTP-HASH': ['192.0.2.10,sctp:30080'],
      'KUBE-NODE-PORT-UDP': ['30081'],
      'KUBE-NODE-PORT-LOCAL-UDP': ['30081'],
    });
  });

  it('V20 makes every set, whether used or not, cut to 31 characters for IPv6', () => {
    const text = printSets(program({}, [local]).sets).split('\n');
    expect(text.filter((line) => line.startsWith('create'))).toHaveLength(17);
    expect(text).toContain('create KUBE-NODE-PORT-TCP bitmap:port range 0-65535');
    expect(text).toContain('create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536');
    expect(text).toContain('add KUBE-CLUSTER-IP 10.96.0.10,tcp:80');
    expect([setName('CLUSTER-IP', 'IPv6'), setName('LOAD-BALANCER-SOURCE-CIDR', 'IPv6')]).toEqual([
      'KUBE-6-CLUSTER-IP',
      'KUBE-6-LOAD-BALANCER-SOURCE-CID',
    ]);
  });
});

describe('rules', () => {
  /** Rules without comments, which are long and say nothing new. */
  const rules = (made: IpvsProgram, table: string): string[] =>
    (made.restoreInput.split(`*${table}\n`)[1] ?? '')
      .split('COMMIT')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('-A'))
      .map((line) => line.replace(/-m comment --comment "[^"]*" /, '')) ?? [];

  it('V31–V35 nat first, rules of empty sets left out', () => {
    const made = program({ spec: {} }, [local]);
    expect(made.restoreInput.startsWith('*nat\n')).toBe(true);
    expect(rules(made, 'nat')).toEqual([
      '-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN',
      '-A KUBE-POSTROUTING -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE',
      '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ',
      '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT',
      '-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ',
      '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT',
      '-A KUBE-POSTROUTING -m mark ! --mark 0x00004000/0x00004000 -j RETURN',
      '-A KUBE-POSTROUTING -j MARK --xor-mark 0x00004000',
      '-A KUBE-POSTROUTING -j MASQUERADE --random-fully',
      '-A KUBE-MARK-MASQ -j MARK --or-mark 0x00004000',
    ]);
  });

  it('V32–V35 all sets in use', () => {
    const input = withSpec({
      externalTrafficPolicy: 'Local',
      externalIPs: ['198.51.100.7'],
      ports: [
        { name: 'a', protocol: 'TCP', port: 80, nodePort: 30080 },
        { name: 'b', protocol: 'UDP', port: 81, nodePort: 30081 },
        { name: 'c', protocol: 'SCTP', port: 82, nodePort: 30082 },
      ],
    });
    const middle = rules(program(input, [], { randomFully: false }), 'nat').slice(1, -5);
    expect(middle).toEqual([
      '-A KUBE-SERVICES -m set --match-set KUBE-LOAD-BALANCER dst,dst -j KUBE-LOAD-BALANCER',
      '-A KUBE-LOAD-BALANCER -m set --match-set KUBE-LOAD-BALANCER-LOCAL dst,dst -j RETURN',
      '-A KUBE-NODE-PORT -p tcp -m set --match-set KUBE-NODE-PORT-LOCAL-TCP dst -j RETURN',
      '-A KUBE-NODE-PORT -p tcp -m set --match-set KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ',
      '-A KUBE-NODE-PORT -p udp -m set --match-set KUBE-NODE-PORT-LOCAL-UDP dst -j RETURN',
      '-A KUBE-NODE-PORT -p udp -m set --match-set KUBE-NODE-PORT-UDP dst -j KUBE-MARK-MASQ',
      '-A KUBE-NODE-PORT -p sctp -m set --match-set KUBE-NODE-PORT-LOCAL-SCTP-HASH dst,dst -j RETURN',
      '-A KUBE-NODE-PORT -p sctp -m set --match-set KUBE-NODE-PORT-SCTP-HASH dst,dst -j KUBE-MARK-MASQ',
      '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ',
      '-A KUBE-SERVICES -m set --match-set KUBE-EXTERNAL-IP-LOCAL dst,dst -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT',
      '-A KUBE-SERVICES -m set --match-set KUBE-EXTERNAL-IP-LOCAL dst,dst -m addrtype --dst-type LOCAL -j ACCEPT',
      '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT',
      '-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ',
      '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT',
    ]);
  });

  it.each([
    ['S3 all', { masqueradeAll: true }, 'KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ'],
    [
      'V33 what the node sends from the address itself',
      { detectLocal: { by: 'none' } },
      'KUBE-CLUSTER-IP src,dst -j KUBE-MARK-MASQ',
    ],
  ] as const)('masquerades %s', (_, options, end) => {
    const found = rules(program({}, [], options), 'nat').filter((line) => line.endsWith(end));
    expect(found).toHaveLength(1);
  });

  it('V36–V38 filters source ranges, and the node itself where they leave it out', () => {
    const input = withSpec({ loadBalancerSourceRanges: ['198.18.0.0/16'] });
    const outside = rules(program(input, [], { nodeIP: '192.0.2.10' }), 'filter');
    expect(outside.slice(0, 4)).toEqual([
      '-A KUBE-PROXY-FIREWALL -m set --match-set KUBE-LOAD-BALANCER-FW dst,dst -j KUBE-SOURCE-RANGES-FIREWALL',
      '-A KUBE-SOURCE-RANGES-FIREWALL -m set --match-set KUBE-LOAD-BALANCER-SOURCE-CIDR dst,dst,src -j RETURN',
      '-A KUBE-SOURCE-RANGES-FIREWALL -j DROP',
      '-A KUBE-IPVS-OUT-FILTER -s 203.0.113.5 -m ipvs --vaddr 203.0.113.5 --vproto tcp --vport 80 -j DROP',
    ]);
    const inside = rules(program(input, [], { nodeIP: '198.18.0.1' }), 'filter');
    expect(inside.slice(1, 4)).toEqual([
      '-A KUBE-SOURCE-RANGES-FIREWALL -m set --match-set KUBE-LOAD-BALANCER-SOURCE-CIDR dst,dst,src -j RETURN',
      '-A KUBE-SOURCE-RANGES-FIREWALL -m set --match-set KUBE-LOAD-BALANCER-SOURCE-IP dst,dst,src -j RETURN',
      '-A KUBE-SOURCE-RANGES-FIREWALL -j DROP',
    ]);
  });

  it('V37 keeps host ports away from virtual addresses', () => {
    expect(rules(program({}, []), 'filter').slice(-6)).toEqual([
      '-A KUBE-IPVS-FILTER -m set --match-set KUBE-LOAD-BALANCER dst,dst -j RETURN',
      '-A KUBE-IPVS-FILTER -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN',
      '-A KUBE-IPVS-FILTER -m set --match-set KUBE-EXTERNAL-IP dst,dst -j RETURN',
      '-A KUBE-IPVS-FILTER -m set --match-set KUBE-EXTERNAL-IP-LOCAL dst,dst -j RETURN',
      '-A KUBE-IPVS-FILTER -m set --match-set KUBE-HEALTH-CHECK-NODE-PORT dst -j RETURN',
      '-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT',
    ]);
  });
});
