import { describe, expect, it } from '@jest/globals';
import type { Endpoint as WireEndpoint } from '../../../api/types.ts';
import { buildModel, parseCidr, type DetectLocal, type NodeModel } from '../../model/index.ts';
import {
  endpoint,
  n1,
  service,
  slice,
  unready,
  type ServiceInput,
  type SpecInput,
} from '../../model/testdata/objects.ts';
import { jumps } from './jumps.ts';
import type { IptablesOptions } from './options.ts';
import { IptablesRenderer, renderIptables } from './render.ts';

const pods = parseCidr('10.244.0.0/16');
const byCidr: DetectLocal = pods === undefined ? { by: 'none' } : { by: 'cidr', cidr: pods };
const local = endpoint('10.244.1.11');
const remote = endpoint('10.244.2.12');

function model(input: ServiceInput, endpoints: WireEndpoint[], family: 'IPv4' | 'IPv6' = 'IPv4'): NodeModel {
  const parts = [slice({ endpoints, addressType: family })];
  return buildModel([service(input)], parts, { family, node: n1 });
}

/** Lines of a full sync that mention a Service or the given word. */
function lines(
  input: ServiceInput,
  endpoints: WireEndpoint[],
  options: IptablesOptions = {},
  word = 'shop/web',
): string[] {
  return renderIptables(model(input, endpoints), { detectLocal: byCidr, ...options })
    .split('\n')
    .filter((line) => line.includes(word));
}

const nodePort: SpecInput = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] };
const balanced: SpecInput = { type: 'LoadBalancer', ports: [{ name: 'http', port: 80, nodePort: 30080 }] };

describe('a Service in the restore input', () => {
  it('T15 4.9 policy Local with one endpoint here', () => {
    const text = renderIptables(model({ spec: { ...nodePort, externalTrafficPolicy: 'Local' } }, [local, remote]), {
      detectLocal: byCidr,
    });
    const nat = text.split('*nat\n')[1]?.split('\n') ?? [];
    expect(nat.slice(4, -3).filter((line) => !/^-A KUBE-(POSTROUTING|MARK-MASQ)/.test(line))).toEqual([
      ':KUBE-EXT-67NZLRHBNDSAWJRO - [0:0]',
      ':KUBE-SVC-67NZLRHBNDSAWJRO - [0:0]',
      ':KUBE-SVL-67NZLRHBNDSAWJRO - [0:0]',
      ':KUBE-SEP-EPVTA2RHFPHQF37H - [0:0]',
      ':KUBE-SEP-MOGHLOVWQYX4X6CX - [0:0]',
      '-A KUBE-SERVICES -m comment --comment "shop/web:http cluster IP" -m tcp -p tcp -d 10.96.0.10 --dport 80 -j KUBE-SVC-67NZLRHBNDSAWJRO',
      '-A KUBE-NODEPORTS -m comment --comment shop/web:http -m tcp -p tcp --dport 30080 -j KUBE-EXT-67NZLRHBNDSAWJRO',
      '-A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http cluster IP" -m tcp -p tcp -d 10.96.0.10 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ',
      '-A KUBE-EXT-67NZLRHBNDSAWJRO -m comment --comment "pod traffic for shop/web:http external destinations" -s 10.244.0.0/16 -j KUBE-SVC-67NZLRHBNDSAWJRO',
      '-A KUBE-EXT-67NZLRHBNDSAWJRO -m comment --comment "masquerade LOCAL traffic for shop/web:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ',
      '-A KUBE-EXT-67NZLRHBNDSAWJRO -m comment --comment "route LOCAL traffic for shop/web:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-67NZLRHBNDSAWJRO',
      '-A KUBE-EXT-67NZLRHBNDSAWJRO -j KUBE-SVL-67NZLRHBNDSAWJRO',
      '-A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.1.11:8080" -m statistic --mode random --probability 0.5000000000 -j KUBE-SEP-EPVTA2RHFPHQF37H',
      '-A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.2.12:8080" -j KUBE-SEP-MOGHLOVWQYX4X6CX',
      '-A KUBE-SVL-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.1.11:8080" -j KUBE-SEP-EPVTA2RHFPHQF37H',
      '-A KUBE-SEP-EPVTA2RHFPHQF37H -m comment --comment shop/web:http -s 10.244.1.11 -j KUBE-MARK-MASQ',
      '-A KUBE-SEP-EPVTA2RHFPHQF37H -m comment --comment shop/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.1.11:8080',
      '-A KUBE-SEP-MOGHLOVWQYX4X6CX -m comment --comment shop/web:http -s 10.244.2.12 -j KUBE-MARK-MASQ',
      '-A KUBE-SEP-MOGHLOVWQYX4X6CX -m comment --comment shop/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.2.12:8080',
    ]);
  });

  it('S21 S22 I21 I23 I26 I28 nobody: one filter rule per destination, nothing in nat', () => {
    const spec = { ...balanced, externalIPs: ['198.51.100.7'] };
    const input = { spec, ingress: [{ ip: '203.0.113.5' }] };
    expect(lines(input, [endpoint('10.244.1.11', unready)])).toEqual([
      '-A KUBE-SERVICES -m comment --comment "shop/web:http has no endpoints" -m tcp -p tcp -d 10.96.0.10 --dport 80 -j REJECT',
      '-A KUBE-EXTERNAL-SERVICES -m comment --comment "shop/web:http has no endpoints" -m tcp -p tcp -d 198.51.100.7 --dport 80 -j REJECT',
      '-A KUBE-EXTERNAL-SERVICES -m comment --comment "shop/web:http has no endpoints" -m tcp -p tcp -d 203.0.113.5 --dport 80 -j REJECT',
      '-A KUBE-EXTERNAL-SERVICES -m comment --comment "shop/web:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j REJECT',
    ]);
  });

  it('S35 S41 G39 nobody here, somebody elsewhere: silence, not refusal', () => {
    const spec: SpecInput = {
      ...balanced,
      externalIPs: ['198.51.100.7'],
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
    };
    const dropped = lines({ spec, ingress: [{ ip: '203.0.113.5' }] }, [remote]).filter((line) => line.endsWith('DROP'));
    expect(dropped).toEqual([
      '-A KUBE-SERVICES -m comment --comment "shop/web:http has no local endpoints" -m tcp -p tcp -d 10.96.0.10 --dport 80 -j DROP',
      '-A KUBE-EXTERNAL-SERVICES -m comment --comment "shop/web:http has no local endpoints" -m tcp -p tcp -d 198.51.100.7 --dport 80 -j DROP',
      '-A KUBE-EXTERNAL-SERVICES -m comment --comment "shop/web:http has no local endpoints" -m tcp -p tcp -d 203.0.113.5 --dport 80 -j DROP',
      '-A KUBE-EXTERNAL-SERVICES -m comment --comment "shop/web:http has no local endpoints" -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j DROP',
    ]);
    const { noLocalEndpoints } = new IptablesRenderer({}).render(model({ spec }, [remote]));
    expect(noLocalEndpoints).toEqual({ internal: 1, external: 1 });
  });

  it('S50 I24 two load balancer addresses share one external chain', () => {
    const found = lines({ spec: balanced, ingress: [{ ip: '203.0.113.5' }, { ip: '203.0.113.6' }] }, [local]);
    expect(found.filter((line) => line.includes('loadbalancer IP'))).toEqual([
      '-A KUBE-SERVICES -m comment --comment "shop/web:http loadbalancer IP" -m tcp -p tcp -d 203.0.113.5 --dport 80 -j KUBE-EXT-67NZLRHBNDSAWJRO',
      '-A KUBE-SERVICES -m comment --comment "shop/web:http loadbalancer IP" -m tcp -p tcp -d 203.0.113.6 --dport 80 -j KUBE-EXT-67NZLRHBNDSAWJRO',
    ]);
  });

  it('S53 I25 I38 I48 source ranges, one of which holds this node', () => {
    const spec = { ...balanced, loadBalancerSourceRanges: [' 203.0.113.0/25', '192.0.2.0/24'] };
    const ranged = (nodeIP: string): string[] =>
      lines({ spec, ingress: [{ ip: '203.0.113.5' }] }, [local], { nodeIP }, 'KUBE-FW').filter(
        (line) => !line.startsWith(':'),
      );
    const expected = [
      '-A KUBE-PROXY-FIREWALL -m comment --comment "shop/web:http traffic not accepted by KUBE-FW-67NZLRHBNDSAWJRO" -m tcp -p tcp -d 203.0.113.5 --dport 80 -j DROP',
      '-A KUBE-SERVICES -m comment --comment "shop/web:http loadbalancer IP" -m tcp -p tcp -d 203.0.113.5 --dport 80 -j KUBE-FW-67NZLRHBNDSAWJRO',
      '-A KUBE-FW-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http loadbalancer IP" -s 203.0.113.0/25 -j KUBE-EXT-67NZLRHBNDSAWJRO',
      '-A KUBE-FW-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http loadbalancer IP" -s 192.0.2.0/24 -j KUBE-EXT-67NZLRHBNDSAWJRO',
      '-A KUBE-FW-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http loadbalancer IP" -s 203.0.113.5 -j KUBE-EXT-67NZLRHBNDSAWJRO',
      '-A KUBE-FW-67NZLRHBNDSAWJRO -m comment --comment "other traffic to shop/web:http will be dropped by KUBE-PROXY-FIREWALL"',
    ];
    expect(ranged('192.0.2.10')).toEqual(expected);
    expect(ranged('198.18.0.1')).toEqual(expected.filter((line) => !line.includes('-s 203.0.113.5 ')));
  });

  it('S56 source ranges without a load balancer address make no chain', () => {
    const spec = { ...balanced, loadBalancerSourceRanges: ['192.0.2.0/24'] };
    expect(lines({ spec }, [local], {}, 'KUBE-FW')).toEqual([]);
  });

  it('S58 I29 the health check port is open even with nobody there', () => {
    const spec = { ...balanced, externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 };
    expect(lines({ spec }, [], {}, '32000')).toEqual([
      '-A KUBE-NODEPORTS -m comment --comment "shop/web:http health check node port" -m tcp -p tcp --dport 32000 -j ACCEPT',
    ]);
  });

  it('S30 S31 I40 I42 shares: none for one, halves and thirds for more', () => {
    const shares = (count: number): (string | undefined)[] =>
      lines(
        {},
        Array.from({ length: count }, (_, index) => endpoint(`10.244.2.${index + 1}`)),
        {},
        '->',
      ).map((line) => /probability (\S+)/.exec(line)?.[1]);
    expect([1, 2, 3].map(shares)).toEqual([
      [undefined],
      ['0.5000000000', undefined],
      ['0.3333333333', '0.5000000000', undefined],
    ]);
  });

  it('S72 I43 A5 affinity lookups precede every random rule', () => {
    const spec = { sessionAffinity: 'ClientIP' };
    const found = lines({ spec }, [local, remote], {}, 'KUBE-SEP').filter((line) => /recent|statistic/.test(line));
    expect(found.map((line) => line.replace(/.* (-m (?:recent|statistic))/, '$1'))).toEqual([
      '-m recent --name KUBE-SEP-EPVTA2RHFPHQF37H --rcheck --seconds 10800 --reap -j KUBE-SEP-EPVTA2RHFPHQF37H',
      '-m recent --name KUBE-SEP-MOGHLOVWQYX4X6CX --rcheck --seconds 10800 --reap -j KUBE-SEP-MOGHLOVWQYX4X6CX',
      '-m statistic --mode random --probability 0.5000000000 -j KUBE-SEP-EPVTA2RHFPHQF37H',
      '-m recent --name KUBE-SEP-EPVTA2RHFPHQF37H --set -m tcp -p tcp -j DNAT --to-destination 10.244.1.11:8080',
      '-m recent --name KUBE-SEP-MOGHLOVWQYX4X6CX --set -m tcp -p tcp -j DNAT --to-destination 10.244.2.12:8080',
    ]);
  });

  it.each([
    ['S3 everybody', { masqueradeAll: true }, '--dport 80 -j KUBE-MARK-MASQ'],
    ['G45 whoever is outside the range', {}, '--dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ'],
    [
      'G48 whoever comes by another interface',
      { detectLocal: { by: 'interface', name: 'cni0' } },
      '! -i cni0 -j KUBE-MARK-MASQ',
    ],
    [
      'G49 other interfaces by prefix',
      { detectLocal: { by: 'interface-prefix', prefix: 'veth' } },
      '! -i veth+ -j KUBE-MARK-MASQ',
    ],
  ] as const)('I35 masquerades %s', (_, options, end) => {
    const found = lines({}, [local], options).find(
      (line) => line.endsWith('KUBE-MARK-MASQ') && line.includes('cluster IP'),
    );
    expect(found).toContain(end);
  });

  it('G46 knows no pods when nothing tells them: neither masquerade nor short circuit', () => {
    const spec = { ...nodePort, externalTrafficPolicy: 'Local' };
    const found = lines({ spec }, [local], { detectLocal: { by: 'none' } });
    expect(found.filter((line) => /pod traffic|cluster IP.*MASQ/.test(line))).toEqual([]);
  });

  it('I45 writes IPv6 without prefix, brackets where a port follows', () => {
    const spec = { clusterIP: 'fd00::10' };
    const made = model({ spec }, [endpoint('fd00:10::1')], 'IPv6');
    const text = renderIptables(made, {});
    expect(text).toContain('-d fd00::10 --dport 80 -j KUBE-SVC-');
    expect(text).toContain('-s fd00:10::1 -j KUBE-MARK-MASQ');
    expect(text).toContain('--to-destination [fd00:10::1]:8080');
  });
});

describe('the frame', () => {
  const tail = (options: IptablesOptions, family: 'IPv4' | 'IPv6' = 'IPv4'): string[] =>
    renderIptables(model({}, [], family), options)
      .split('\n')
      .filter((line) => line.includes('must be the last rule'))
      .map((line) => line.slice(line.lastIndexOf('"') + 2));

  it.each([
    ['S61 I50 all addresses, localhost too', {}, 'IPv4', ['-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS']],
    [
      'S62 I50 without localhost',
      { localhostNodePorts: false },
      'IPv4',
      ['-m addrtype --dst-type LOCAL ! -d 127.0.0.0/8 -j KUBE-NODEPORTS'],
    ],
    ['S63 I50 IPv6 never has localhost', {}, 'IPv6', ['-m addrtype --dst-type LOCAL ! -d ::1/128 -j KUBE-NODEPORTS']],
    [
      'S59 I51 selected addresses',
      { nodePortAddresses: { kind: 'some', ips: ['192.0.2.10', '127.0.0.1'] } },
      'IPv4',
      ['-d 192.0.2.10 -j KUBE-NODEPORTS', '-d 127.0.0.1 -j KUBE-NODEPORTS'],
    ],
    [
      'G52 selected loopback counts only where it works',
      { nodePortAddresses: { kind: 'some', ips: ['192.0.2.10', '127.0.0.1'] }, localhostNodePorts: false },
      'IPv4',
      ['-d 192.0.2.10 -j KUBE-NODEPORTS'],
    ],
  ] as const)('%s', (_, options, family, expected) => {
    expect(tail(options, family)).toEqual(expected);
  });

  it('S61 S62 I72 guards 127.0.0.0/8 exactly while node ports use it', () => {
    const guards = [{}, { localhostNodePorts: false }].map((options) =>
      renderIptables(model({}, []), options).includes('-A KUBE-FIREWALL'),
    );
    const six = renderIptables(model({}, [], 'IPv6'), {}).includes('KUBE-FIREWALL -');
    expect([...guards, six]).toEqual([true, false, false]);
  });

  it('I3 I17 I55 marks by the given bit, drops invalid packets unless told to be liberal', () => {
    const text = renderIptables(model({}, []), { masqueradeBit: 31, randomFully: false, conntrackLiberal: true });
    expect(text).toContain('-A KUBE-MARK-MASQ -j MARK --or-mark 0x80000000\n');
    expect(text).toContain('-j MASQUERADE\n');
    expect(text).not.toContain('INVALID');
    expect(renderIptables(model({}, []), {})).toContain('-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\n');
  });

  it('I10 lists jumps so that the effective order in FORWARD is firewall, forward, services, external', () => {
    const forward = jumps.filter(({ table, from }) => table === 'filter' && from === 'FORWARD').map(({ to }) => to);
    expect(forward.toReversed()).toEqual([
      'KUBE-PROXY-FIREWALL',
      'KUBE-FORWARD',
      'KUBE-SERVICES',
      'KUBE-EXTERNAL-SERVICES',
    ]);
  });
});

describe('IptablesRenderer', () => {
  const services = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      service({ name: `s${index}`, spec: { clusterIP: `10.96.1.${index}` } }),
    );
  const slices = (count: number) =>
    Array.from({ length: count }, (_, index) => slice({ service: `s${index}`, endpoints: [endpoint('10.244.1.11')] }));

  it('S88 I66 writes in a partial sync all dispatch rules, but own chains of the changed Service only', () => {
    const made = buildModel(services(100), slices(100), { family: 'IPv4', node: n1 });
    const renderer = new IptablesRenderer({});
    const full = renderer.render(made);
    const partial = renderer.render(made, { services: new Set(['shop/s7']) });
    const own = (text: string): string[] => text.split('\n').filter((line) => /^-A KUBE-(SVC|SEP)-/.test(line));
    const dispatch = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('-A KUBE-SERVICES'));
    expect(own(partial.text)).toEqual(own(full.text).filter((line) => line.includes('shop/s7:')));
    expect(dispatch(partial.text)).toEqual(dispatch(full.text));
    expect(partial.rules.nat).toEqual({ total: full.rules.nat.total, written: full.rules.nat.total - 99 * 3 });
  });

  it('S24 S90 I60 deletes chains of ours that nothing uses, in the same input, and nobody else’s', () => {
    const made = buildModel(services(1), slices(1), { family: 'IPv4', node: n1 });
    const renderer = new IptablesRenderer({});
    const chains = renderer
      .render(made)
      .text.split('\n')
      .flatMap((line) => /^:(KUBE-S(?:VC|EP)-\S+)/.exec(line)?.[1] ?? []);
    const kernel = [...chains, 'KUBE-SERVICES', 'CNI-HOSTPORT', 'PREROUTING'];
    expect(renderer.render(made, { existingNatChains: kernel }).deletedChains).toEqual([]);
    const gone = renderer.render(buildModel(services(1), [], { family: 'IPv4', node: n1 }), {
      existingNatChains: kernel,
    });
    expect(gone.deletedChains).toEqual(chains.toSorted());
    for (const chain of chains)
      expect(gone.text).toMatch(new RegExp(`:${chain} - \\[0:0\\]\n[^]*-X ${chain}\n[^]*last rule`));
  });

  it('S92 I46 I47 beyond 1000 endpoints, unready ones included, leaves comments out of balancing and endpoint rules', () => {
    const many = Array.from({ length: 1001 }, (_, index) =>
      endpoint(`10.244.${index >> 8}.${index & 255}`, index < 1000 ? unready : {}),
    );
    const rendered = (count: number): string[] =>
      renderIptables(model({}, many.slice(-count)), { detectLocal: byCidr })
        .split('\n')
        .filter((line) => /^-A KUBE-S(VC|EP)/.test(line));
    const commented = (count: number): number => rendered(count).filter((line) => line.includes('--comment')).length;
    expect([rendered(1001).length, commented(1000), commented(1001)]).toEqual([4, 4, 1]);
  });

  it('S23 keeps the text of ports that did not change, and only that', () => {
    const renderer = new IptablesRenderer({});
    const before = buildModel(services(3), slices(2), { family: 'IPv4', node: n1 });
    renderer.render(before);
    const after = buildModel(services(3), slices(3), { family: 'IPv4', node: n1 });
    expect(renderer.render(after).text).toBe(renderIptables(after));
    const mixed = { ...after, ports: [...before.ports.slice(0, 2), ...after.ports.slice(2)] };
    expect(renderer.render(mixed).text).toBe(renderIptables(after));
  });
});
