import { describe, expect, it } from '@jest/globals';
import type { ServiceCIDR } from '../api/types.ts';
import { formatCidr, parseIp } from '../ip/index.ts';
import { ipAddressFor, isAssignable, isReady, readyRanges } from './service-cidrs.ts';

const serviceCidr = (name: string, cidrs: string[], more: Partial<ServiceCIDR> = {}): ServiceCIDR => ({
  ...more,
  metadata: { name, ...more.metadata },
  spec: { cidrs },
});
const condition = (status: string): Partial<ServiceCIDR> => ({
  status: { conditions: [{ type: 'Ready', status, reason: '', message: '', lastTransitionTime: '' }] },
});
const texts = (objects: ServiceCIDR[], family: 'IPv4' | 'IPv6'): string[] =>
  readyRanges(objects, family).map(({ cidr }) => formatCidr(cidr));

describe('ServiceCIDRs', () => {
  it('A34: are usable when Ready is True or absent and nobody is deleting them', () => {
    const deleting = { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const states = [{}, condition('True'), condition('False'), condition('Unknown'), deleting];
    expect(states.map((state) => isReady(serviceCidr('a', ['10.0.0.0/24'], state)))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('A35: name a network once, by family, oldest first, whatever order they are listed in', () => {
    const young = serviceCidr('b', ['10.0.0.0/24', 'fd00::/112'], {
      metadata: { creationTimestamp: '2026-01-02T00:00:00Z' },
    });
    const old = serviceCidr('z', ['10.0.1.0/24'], { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } });
    const twin = serviceCidr('c', ['10.0.0.0/24'], { metadata: { creationTimestamp: '2026-01-03T00:00:00Z' } });
    expect(texts([young, old, twin], 'IPv4')).toEqual(['10.0.1.0/24', '10.0.0.0/24']);
    expect(texts([twin, young, old], 'IPv4')).toEqual(['10.0.1.0/24', '10.0.0.0/24']);
    expect(texts([young, old, twin], 'IPv6')).toEqual(['fd00::/112']);
  });

  it('A20: give nothing for networks without usable addresses', () => {
    expect(texts([serviceCidr('a', ['10.0.0.0/31']), serviceCidr('b', ['10.0.0.1/24'])], 'IPv4')).toEqual([]);
    expect(texts([serviceCidr('a', ['fd00::/56'])], 'IPv6')).toEqual([]);
  });

  it('A36: accept an address inside any ready network, network and broadcast excepted', () => {
    const ranges = readyRanges([serviceCidr('a', ['10.0.0.0/24']), serviceCidr('b', ['10.0.9.0/28'])], 'IPv4');
    const verdicts = ['10.0.0.0', '10.0.0.1', '10.0.0.254', '10.0.0.255', '10.0.9.14', '10.0.8.1', 'fd00::1'].map(
      (text) => {
        const ip = parseIp(text);
        return ip !== undefined && isAssignable(ranges, ip);
      },
    );
    expect(verdicts).toEqual([false, true, true, false, true, false, false]);
  });

  it('A30, A32: an IPAddress is named canonically, whatever the Service wrote', () => {
    const ip = parseIp('FD00:0:0::A');
    expect(ip && ipAddressFor(ip, { namespace: 'n', name: 'web' })).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: {
        name: 'fd00::a',
        labels: {
          'ipaddress.kubernetes.io/ip-family': 'IPv6',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
      },
      spec: { parentRef: { group: '', resource: 'services', namespace: 'n', name: 'web' } },
    });
  });
});
