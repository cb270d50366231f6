import { describe, expect, it } from '@jest/globals';
import { defaultPlaces, placesFor } from './place.ts';

describe('placesFor', () => {
  it('offers the address, its loopback alias, then any loopback port', () => {
    const vip = { kind: 'cluster-ip', ip: '10.96.0.10', port: 80 } as const;
    expect(placesFor(vip, 'IPv4', defaultPlaces, { nodePort: '127.0.0.1' })).toEqual([
      { host: '10.96.0.10', port: 80 },
      { host: '127.96.0.10', port: 80 },
      { host: '127.0.0.1', port: 0 },
    ]);
  });

  it('has no alias for IPv6, which lends one loopback address only', () => {
    const vip = { kind: 'load-balancer', ip: 'fd00::5', port: 80 } as const;
    expect(placesFor(vip, 'IPv6', defaultPlaces, { nodePort: '::1' })).toEqual([
      { host: 'fd00::5', port: 80 },
      { host: '::1', port: 0 },
    ]);
  });

  it('puts a node port on the given address, and elsewhere if that is taken', () => {
    const nodePort = { kind: 'node-port', ip: '', port: 30080 } as const;
    expect(placesFor(nodePort, 'IPv4', defaultPlaces, { nodePort: '192.0.2.10' })).toEqual([
      { host: '192.0.2.10', port: 30080 },
      { host: '127.0.0.1', port: 0 },
    ]);
  });

  it('takes any port of the host where the kernel sends virtual addresses there', () => {
    const vip = { kind: 'cluster-ip', ip: '10.96.0.10', port: 80 } as const;
    const places = (own: object) => placesFor(vip, 'IPv4', ['host'], { nodePort: '127.0.0.1', ...own });
    expect([places({ own: '192.0.2.10' }), places({})]).toEqual([[{ host: '192.0.2.10', port: 0 }], []]);
  });

  it('keeps to a range of free ports, and tries all of a small one', () => {
    const vip = { kind: 'cluster-ip', ip: '10.96.0.10', port: 80 } as const;
    const freePorts = { first: 40_000, last: 40_002 };
    const places = placesFor(vip, 'IPv4', ['host'], { nodePort: '127.0.0.1', own: '192.0.2.10', freePorts });
    expect(new Set(places.map(({ port }) => port))).toEqual(new Set([40_000, 40_001, 40_002]));
  });

  it('keeps to what it is allowed', () => {
    const vip = { kind: 'cluster-ip', ip: '10.96.0.10', port: 80 } as const;
    expect(placesFor(vip, 'IPv4', ['address'], { nodePort: '127.0.0.1' })).toEqual([{ host: '10.96.0.10', port: 80 }]);
  });
});
