import { describe, expect, it } from '@jest/globals';
import type { Destination } from '../../model/index.ts';
import { portalJumps, renderPortal } from './portals.ts';

const lines = (destination: Destination, hostIP = '192.0.2.10'): string[] =>
  renderPortal({ text: 'shop/web:http', protocol: 'TCP', destination, proxyPort: 40001 }, hostIP).map(
    ({ table, chain, rule }) => `${table} ${chain} ${rule}`,
  );

describe('renderPortal', () => {
  const match = '-m comment --comment shop/web:http -p tcp -m tcp --dport 80';
  const target = '-j DNAT --to-destination 192.0.2.10:40001';

  it.each(['cluster-ip', 'load-balancer'] as const)(
    'U7 %s: one rule for what comes in, one for the node itself',
    (kind) => {
      expect(lines({ kind, ip: '10.96.0.10', port: 80 })).toEqual([
        `nat KUBE-PORTALS-CONTAINER ${match} -d 10.96.0.10 ${target}`,
        `nat KUBE-PORTALS-HOST ${match} -d 10.96.0.10 ${target}`,
      ]);
    },
  );

  it('U7 an external IP: from off this machine, or where it is local', () => {
    expect(lines({ kind: 'external-ip', ip: '198.51.100.7', port: 80 })).toEqual([
      `nat KUBE-PORTALS-CONTAINER ${match} -d 198.51.100.7 -m physdev ! --physdev-is-in ${target}`,
      `nat KUBE-PORTALS-CONTAINER ${match} -d 198.51.100.7 -m addrtype --dst-type LOCAL ${target}`,
      `nat KUBE-PORTALS-HOST ${match} -d 198.51.100.7 -m addrtype --dst-type LOCAL ${target}`,
    ]);
  });

  it('U7 a node port: without address, and the proxy’s own port is let in', () => {
    const nodePort = '-m comment --comment shop/web:http -p tcp -m tcp --dport 30080';
    expect(lines({ kind: 'node-port', ip: '', port: 30080 })).toEqual([
      `nat KUBE-NODEPORT-CONTAINER ${nodePort} ${target}`,
      `nat KUBE-NODEPORT-HOST ${nodePort} ${target}`,
      'filter KUBE-NODEPORT-NON-LOCAL -m comment --comment shop/web:http -p tcp -m tcp --dport 40001 -m state --state NEW -j ACCEPT',
    ]);
  });

  it('brackets IPv6', () => {
    expect(lines({ kind: 'cluster-ip', ip: 'fd00::10', port: 80 }, 'fd00::1')[0]).toContain(
      '--to-destination [fd00::1]:40001',
    );
  });

  it('U4 puts portals before everything and node ports after', () => {
    expect(portalJumps.map(({ from, to, position }) => `${from} ${to} ${position}`)).toEqual([
      'PREROUTING KUBE-PORTALS-CONTAINER first',
      'OUTPUT KUBE-PORTALS-HOST first',
      'PREROUTING KUBE-NODEPORT-CONTAINER last',
      'OUTPUT KUBE-NODEPORT-HOST last',
      'INPUT KUBE-NODEPORT-NON-LOCAL first',
    ]);
  });
});
