import { describe, expect, it } from '@jest/globals';
import { FakeIpvs } from '../ipvs/render/testdata/fake-ipvs.ts';
import { ProxyTracker } from '../model/index.ts';
import { endpoint, n1, service, slice } from '../model/testdata/objects.ts';
import { observeServers } from './ipvs-observe.ts';
import { IpvsBackEnd, type IpvsBackEndOptions } from './ipvs.ts';
import type { Runner, RunResult } from './runner.ts';

const ok = (stdout = ''): RunResult => ({ code: 0, stdout, stderr: '' });
const flags = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' } as const;

/** ipvsadm, ipset and ip before a pretended kernel; iptables takes anything. */
function node(): { run: Runner; calls: string[]; ipvs: FakeIpvs; sets: Map<string, Set<string>>; bound: Set<string> } {
  const ipvs = new FakeIpvs();
  const sets = new Map<string, Set<string>>();
  const bound = new Set<string>();
  const calls: string[] = [];
  let hasDevice = false;
  const listing = (): string =>
    ipvs
      .observed()
      .flatMap(({ protocol, address, scheduler, realServers }) => [
        `${protocol}  ${address} ${scheduler}`,
        ...[...realServers].map(
          ([real, { weight, connections }]) => `  -> ${real}   Masq    ${weight}   0   ${connections}`,
        ),
      ])
      .join('\n');
  const dump = (): string =>
    ipvs
      .observed()
      .flatMap(({ protocol, address, scheduler, persistenceSeconds, realServers }) => [
        `-A ${flags[protocol]} ${address} -s ${scheduler}${persistenceSeconds > 0 ? ` -p ${persistenceSeconds}` : ''}`,
        ...[...realServers].map(([real, { weight }]) => `-a ${flags[protocol]} ${address} -r ${real} -m -w ${weight}`),
      ])
      .join('\n');
  const run: Runner = async (command, args, input = '') => {
    calls.push([command, ...args].join(' '));
    const lines = input.split('\n').filter((line) => line !== '');
    switch (`${command} ${args[0] ?? ''}`) {
      case 'ipvsadm --restore':
        ipvs.run(lines);
        return ok();
      case 'ipvsadm -Sn':
        return ok(dump());
      case 'ipvsadm -ln':
        return ok(listing());
      case 'ipset save':
        return ok(
          [...sets]
            .flatMap(([name, entries]) => [`create ${name} x`, ...[...entries].map((entry) => `add ${name} ${entry}`)])
            .join('\n'),
        );
      case 'ipset restore':
        for (const line of lines) applySet(sets, line);
        return ok();
      case 'ip -j':
        return ok(
          JSON.stringify([
            { ifname: 'lo', addr_info: [{ local: '127.0.0.1' }] },
            { ifname: 'eth0', addr_info: [{ local: '192.0.2.10' }, { local: 'fe80::1' }] },
            { ifname: 'kube-ipvs0', addr_info: [...bound].map((local) => ({ local })) },
          ]),
        );
      case 'ip -batch':
        for (const line of lines) {
          const [, verb, address = ''] = line.split(' ');
          if (verb === 'add') bound.add(address.split('/')[0] ?? '');
          else bound.delete(address.split('/')[0] ?? '');
        }
        return ok();
      case 'ip link':
        if (args[1] === 'show') return { code: hasDevice ? 0 : 1, stdout: '', stderr: '' };
        hasDevice = args[1] === 'add';
        if (!hasDevice) bound.clear();
        return ok();
      default:
        return ok();
    }
  };
  return { run, calls, ipvs, sets, bound };
}

function applySet(sets: Map<string, Set<string>>, line: string): void {
  const [verb, name = '', entry = ''] = line.split(' ');
  if (verb === 'create') sets.set(name, new Set());
  else if (verb === 'destroy') sets.delete(name);
  else if (verb === 'add') sets.get(name)?.add(entry);
  else sets.get(name)?.delete(entry);
}

function running(more: Partial<IpvsBackEndOptions> = {}) {
  const kernel = node();
  const tracker = new ProxyTracker({ family: 'IPv4', node: n1 });
  const backEnd = new IpvsBackEnd({ family: 'IPv4', run: kernel.run, kernelRelease: '6.1.0', ...more });
  const sync = async () => {
    tracker.checkout();
    return backEnd.sync(tracker.model());
  };
  return { ...kernel, tracker, backEnd, sync };
}

describe('IpvsBackEnd', () => {
  it('V2 V10 V11 makes device, sets, addresses, servers and rules, in that order', async () => {
    const { tracker, sync, calls, ipvs, sets, bound } = running();
    tracker.applyService(service());
    tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.11')] }));
    await sync();
    expect(calls.filter((line) => /restore|batch|link add|sysctl/.test(line))).toEqual([
      'sysctl -qw net.ipv4.vs.conntrack=1',
      'sysctl -qw net.ipv4.vs.expire_nodest_conn=1',
      'sysctl -qw net.ipv4.vs.expire_quiescent_template=1',
      'sysctl -qw net.ipv4.ip_forward=1',
      'ip link add kube-ipvs0 type dummy',
      'ipset restore -exist',
      'ip -batch -',
      'ipvsadm --restore',
      'iptables-restore -w 5 -W 100000 --noflush --counters',
      'iptables-restore -w 5 -W 100000 --noflush --counters',
    ]);
    expect([...bound]).toEqual(['10.96.0.10']);
    expect(sets.get('KUBE-CLUSTER-IP')).toEqual(new Set(['10.96.0.10,tcp:80']));
    expect(ipvs.observed().map(({ address }) => address)).toEqual(['10.96.0.10:80']);
  });

  it.each([
    ['5.4.0-90-generic', true],
    ['5.9.0', false],
    ['3.10.0', false],
    ['6.1.192', false],
  ])('V2 kernel %s: the reuse mode is set: %s', async (kernelRelease, isSet) => {
    const { sync, calls } = running({ kernelRelease });
    await sync();
    expect(calls.includes('sysctl -qw net.ipv4.vs.conn_reuse_mode=0')).toBe(isSet);
  });

  it('V3 V4 sets ARP and timeouts when asked to', async () => {
    const { sync, calls } = running({ strictARP: true, timeouts: { udp: 300 } });
    await sync();
    expect(calls).toEqual(
      expect.arrayContaining(['sysctl -qw net.ipv4.conf.all.arp_ignore=1', 'ipvsadm --set 0 0 300']),
    );
  });

  it('says nothing to the kernel when nothing changed, rules apart', async () => {
    const { tracker, sync, calls } = running();
    tracker.applyService(service());
    await sync();
    calls.length = 0;
    await sync();
    expect(calls.filter((line) => /^(ipset|ipvsadm|ip) (restore|--restore|-batch)/.test(line))).toEqual([]);
  });

  it('S96 V17 keeps a busy endpoint at weight 0, asks to come back, and revives it', async () => {
    const { tracker, sync, ipvs } = running();
    const real = '10.244.1.11:8080';
    tracker.applyService(service());
    tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.11')] }));
    await sync();
    ipvs.connect('10.96.0.10:80', real, 2);
    tracker.applySlice(slice());
    expect(await sync()).toMatchObject({ againAfterMs: 60_000 });
    expect(ipvs.observed()[0]?.realServers.get(real)?.weight).toBe(0);
    tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.11')] }));
    expect((await sync()).againAfterMs).toBeUndefined();
    expect(ipvs.observed()[0]?.realServers).toEqual(new Map([[real, { weight: 1, connections: 0 }]]));
  });

  it('V45 cleans up servers, device and sets of its own', async () => {
    const { tracker, sync, backEnd, ipvs, sets, bound } = running();
    tracker.applyService(service());
    await sync();
    sets.set('FOREIGN', new Set());
    ipvs.run(['-A -t [fd00::1]:80 -s rr']);
    await backEnd.cleanup();
    expect([[...sets.keys()], [...bound], ipvs.observed().map(({ address }) => address)]).toEqual([
      ['FOREIGN'],
      [],
      ['[fd00::1]:80'],
    ]);
  });
});

describe('observeServers', () => {
  it('V14 V46 reads the dump for what servers are, the listing for their connections', async () => {
    const dump = [
      '-A -t 10.96.0.10:80 -s mh -p 10 -b mh-port',
      '-a -t 10.96.0.10:80 -r 10.244.1.11:8080 -m -w 1',
      '-A -u [fd00::1]:53 -s rr',
      '',
    ].join('\n');
    const listing = [
      'IP Virtual Server version 1.2.1 (size=4096)',
      'Prot LocalAddress:Port Scheduler Flags',
      '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
      'TCP  10.96.0.10:80 mh persistent 10 (mh-port)',
      '  -> 10.244.1.11:8080             Masq    1      2          3         ',
      'UDP  [fd00::1]:53 rr',
    ].join('\n');
    const run: Runner = async (_, [first]) => ok(first === '-Sn' ? dump : listing);
    expect(await observeServers(run)).toEqual([
      {
        protocol: 'TCP',
        address: '10.96.0.10:80',
        scheduler: 'mh',
        persistenceSeconds: 10,
        hashesPort: true,
        realServers: new Map([['10.244.1.11:8080', { weight: 1, connections: 5 }]]),
      },
      {
        protocol: 'UDP',
        address: '[fd00::1]:53',
        scheduler: 'rr',
        persistenceSeconds: 0,
        hashesPort: false,
        realServers: new Map(),
      },
    ]);
  });
});
