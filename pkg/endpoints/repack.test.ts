import { describe, expect, it } from '@jest/globals';
import type { EndpointAddress, EndpointSubset } from '../api/types.ts';
import { explode, inOrder, repack } from './repack.ts';

const port = (number: number) => ({ name: `p${number}`, port: number, protocol: 'TCP' });
const address = (ip: string, uid?: string): EndpointAddress =>
  uid === undefined ? { ip } : { ip, targetRef: { kind: 'Pod', uid } };
const packed = (subsets: EndpointSubset[]): EndpointSubset[] => repack(explode(subsets));

describe('repack (E11, E12)', () => {
  it('joins ports offered by the same addresses, and addresses that offer the same ports', () => {
    expect(
      packed([
        { addresses: [address('10.0.0.2')], ports: [port(2)] },
        { addresses: [address('10.0.0.1')], ports: [port(1), port(2)] },
        { addresses: [address('10.0.0.2')], ports: [port(1)] },
      ]),
    ).toEqual([{ addresses: [address('10.0.0.1'), address('10.0.0.2')], ports: [port(1), port(2)] }]);
  });

  it('keeps apart what is ready here and not there', () => {
    expect(
      packed([
        { addresses: [address('10.0.0.1')], ports: [port(1)] },
        { notReadyAddresses: [address('10.0.0.1')], ports: [port(2)] },
      ]),
    ).toEqual([
      { addresses: [address('10.0.0.1')], ports: [port(1)] },
      { notReadyAddresses: [address('10.0.0.1')], ports: [port(2)] },
    ]);
  });

  it('lets not ready win over ready for one port, in either order', () => {
    const ready = { addresses: [address('10.0.0.1')], ports: [port(1)] };
    const not = { notReadyAddresses: [address('10.0.0.1')], ports: [port(1)] };
    expect(packed([ready, not])).toEqual([not]);
    expect(packed([not, ready])).toEqual([not]);
  });

  it('takes two pods with one address for two', () => {
    const [subset] = packed([{ addresses: [address('10.0.0.1', 'b'), address('10.0.0.1', 'a')], ports: [port(1)] }]);
    expect(subset?.addresses).toEqual([address('10.0.0.1', 'a'), address('10.0.0.1', 'b')]);
  });

  it('keeps addresses without ports, and the first full address it sees', () => {
    const full = { ip: '10.0.0.1', nodeName: 'n' };
    expect(packed([{ addresses: [full] }, { addresses: [address('10.0.0.1')] }])).toEqual([{ addresses: [full] }]);
  });

  it('adds the ports to addresses that are also listed without any', () => {
    const both = [{ addresses: [address('10.0.0.1')] }, { addresses: [address('10.0.0.1')], ports: [port(1)] }];
    expect(packed(both)).toEqual([{ addresses: [address('10.0.0.1')], ports: [port(1)] }]);
  });

  it('orders addresses by their text, absent uid first', () => {
    const ips = ['10.0.0.10', '10.0.0.2', '10.0.0.1'].map((ip) => address(ip));
    const [subset] = inOrder([{ addresses: [...ips, address('10.0.0.2', 'u')] }]);
    expect(subset?.addresses).toEqual(
      [['10.0.0.1'], ['10.0.0.10'], ['10.0.0.2'], ['10.0.0.2', 'u']].map(([ip = '', uid]) => address(ip, uid)),
    );
  });

  it('has nothing to say about nothing', () => {
    expect(packed([])).toEqual([]);
    expect(repack(explode(null))).toEqual([]);
    expect(packed([{ ports: [port(1)] }])).toEqual([]);
  });
});
