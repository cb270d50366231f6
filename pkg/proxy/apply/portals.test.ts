import { describe, expect, it } from '@jest/globals';
import type { Route } from '../userspace/index.ts';
import { Portals } from './portals.ts';
import type { Runner } from './runner.ts';

const route = (port: number, more: Partial<Route> = {}): Route => ({
  namespace: 'shop',
  name: 'web',
  portName: 'http',
  protocol: 'TCP',
  family: 'IPv4',
  destination: { kind: 'cluster-ip', ip: '10.96.0.10', port: 80 },
  listen: { host: '192.0.2.10', port },
  problem: undefined,
  ...more,
});

function running(): { portals: Portals; inputs: string[]; broken: { next: boolean } } {
  const inputs: string[] = [];
  const broken = { next: false };
  const run: Runner = async (command, _args, input = '') => {
    if (command === 'iptables-restore' && !broken.next) inputs.push(input);
    return { code: command === 'iptables-restore' && broken.next ? 1 : 0, stdout: '', stderr: '' };
  };
  return { portals: new Portals({ family: 'IPv4', run, hostIP: '192.0.2.10' }), inputs, broken };
}

const ruleLines = (input: string | undefined): string[] =>
  (input ?? '')
    .split('\n')
    .filter((line) => /^-[AD] KUBE/.test(line))
    .map((line) => line.replace(/-m comment.*dport 80 /, ''));

describe('Portals', () => {
  it('U3 begins with chains, jumps and an empty slate, then adds', async () => {
    const { portals, inputs } = running();
    await portals.sync([route(40001)]);
    expect(inputs[0]).toContain('-A PREROUTING -m addrtype --dst-type LOCAL');
    expect(inputs[1]).toContain(':KUBE-PORTALS-HOST - [0:0]');
    expect(ruleLines(inputs[1])).toEqual([
      '-A KUBE-PORTALS-CONTAINER -d 10.96.0.10 -j DNAT --to-destination 192.0.2.10:40001',
      '-A KUBE-PORTALS-HOST -d 10.96.0.10 -j DNAT --to-destination 192.0.2.10:40001',
    ]);
  });

  it('U9 then says only what differs', async () => {
    const { portals, inputs } = running();
    await portals.sync([route(40001)]);
    inputs.length = 0;
    await portals.sync([route(40001)]);
    expect(inputs).toEqual([]);
    await Promise.all([portals.sync([route(40002)]), portals.sync([])]);
    expect(inputs.map(ruleLines)).toEqual([
      [
        '-D KUBE-PORTALS-CONTAINER -d 10.96.0.10 -j DNAT --to-destination 192.0.2.10:40001',
        '-D KUBE-PORTALS-HOST -d 10.96.0.10 -j DNAT --to-destination 192.0.2.10:40001',
        '-A KUBE-PORTALS-CONTAINER -d 10.96.0.10 -j DNAT --to-destination 192.0.2.10:40002',
        '-A KUBE-PORTALS-HOST -d 10.96.0.10 -j DNAT --to-destination 192.0.2.10:40002',
      ],
      [
        '-D KUBE-PORTALS-CONTAINER -d 10.96.0.10 -j DNAT --to-destination 192.0.2.10:40002',
        '-D KUBE-PORTALS-HOST -d 10.96.0.10 -j DNAT --to-destination 192.0.2.10:40002',
      ],
    ]);
    expect(inputs.join('')).not.toContain(':KUBE');
  });

  it('after a failure writes everything again', async () => {
    const { portals, inputs, broken } = running();
    await portals.sync([route(40001)]);
    broken.next = true;
    await expect(portals.sync([route(40002)])).rejects.toThrow('iptables-restore');
    broken.next = false;
    inputs.length = 0;
    await portals.sync([route(40002)]);
    expect(inputs.at(-1)).toContain(':KUBE-PORTALS-HOST - [0:0]');
    expect(ruleLines(inputs.at(-1))).toHaveLength(2);
  });

  it('leaves out what has no listener, and the other family', async () => {
    const { portals, inputs } = running();
    await portals.sync([route(40001, { family: 'IPv6' }), route(40002, { listen: undefined })]);
    expect(inputs.map(ruleLines).flat()).toEqual([]);
  });
});
