import { describe, expect, it } from '@jest/globals';
import { selectNodePortAddresses } from './node-port-addresses.ts';

const node = { primary: '192.0.2.10', interfaces: ['127.0.0.1', '10.244.1.1', '192.0.2.10', '::1', 'fd00::10'] };
const all = { kind: 'all' };
const some = (...ips: string[]): object => ({ kind: 'some', ips });

describe('selectNodePortAddresses', () => {
  it.each([
    ['G50 nothing wanted', [], 'IPv4', all],
    ['S59 a range', ['192.0.2.0/24'], 'IPv4', some('192.0.2.10')],
    ['loopback is selected; back ends decide about it (G52)', ['127.0.0.0/8'], 'IPv4', some('127.0.0.1')],
    ['S60 ranges of the other family only', ['fd00::/64'], 'IPv4', all],
    ['ranges of both', ['fd00::/64', '10.244.0.0/16'], 'IPv6', some('fd00::10')],
    ['a zero range overrides the rest', ['192.0.2.0/24', '0.0.0.0/0'], 'IPv4', all],
    ['G50 a zero range anywhere', ['192.0.2.0/24', '::/0'], 'IPv4', all],
    ['S65 G51 the primary address', ['primary'], 'IPv4', some('192.0.2.10')],
    ['G51 primary beside a range', ['primary', '10.244.0.0/16'], 'IPv4', some('10.244.1.1', '192.0.2.10')],
    ['no primary address in this family', ['primary'], 'IPv6', all],
    ['a range that selects nothing', ['198.51.100.0/24'], 'IPv4', some()],
  ] as const)('%s', (_, wanted, family, expected) => {
    expect(selectNodePortAddresses(wanted, family, node)).toEqual(expected);
  });
});
