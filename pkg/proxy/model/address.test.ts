import { describe, expect, it } from '@jest/globals';
import { cidrContains, isLoopback, joinHostPort, parseAddress, parseCidr } from './address.ts';

describe('parseAddress', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.000.0.08', '10.0.0.8'],
    ['::', '::'],
    ['::1', '::1'],
    ['FD00:0010::0001', 'fd00:10::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:2:0:4:5:6:7:8', '1:2:0:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::102:304', '::102:304'],
    ['::1.2.3.4', '::102:304'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
  ])('G12 reads %s as %s', (text, canonical) => {
    expect(parseAddress(text)?.text).toBe(canonical);
  });

  it.each(['', '1.2.3', '1.2.3.256', '1.2.3.4.5', '0x7f.0.0.1', '1.2.3.-4', ' 1.2.3.4', '1.2.3.4 ', 'a', ':', ':::'])(
    'refuses %j',
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );

  it.each(['1:2:3', '1:2:3:4:5:6:7:8:9', '::1::2', '12345::', 'g::', '1:2:3:4:5:6:7:8::', 'fe80::1%eth0', '::1.2.3'])(
    'refuses %j',
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );
});

describe('parseCidr', () => {
  it.each([
    ['10.244.0.0/16', '10.244.0.0/16'],
    ['203.0.113.77/25', '203.0.113.0/25'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['1.2.3.4/32', '1.2.3.4/32'],
    ['fd00:10::7/64', 'fd00:10::/64'],
    ['::/0', '::/0'],
  ])('prints %s as %s, host bits cleared', (text, canonical) => {
    expect(parseCidr(text)?.text).toBe(canonical);
  });

  it.each(['', '10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0/8', 'fd00::/129', '10.0.0.0/1a'])(
    'refuses %j',
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );

  it('contains addresses of its own family only', () => {
    const contains = (cidr: string, ip: string): boolean | undefined => {
      const [range, address] = [parseCidr(cidr), parseAddress(ip)];
      return range && address && cidrContains(range, address);
    };
    expect(contains('10.0.0.0/8', '10.255.255.255')).toBe(true);
    expect(contains('10.0.0.0/8', '11.0.0.0')).toBe(false);
    expect(contains('0.0.0.0/0', '255.255.255.255')).toBe(true);
    expect(contains('0.0.0.0/0', '::1')).toBe(false);
    expect(contains('fd00::/16', 'fd00:ffff::1')).toBe(true);
    expect(contains('::/0', '10.0.0.1')).toBe(false);
  });
});

describe('small things', () => {
  it('knows loopback', () => {
    const loopback = (text: string): boolean | undefined => {
      const address = parseAddress(text);
      return address && isLoopback(address);
    };
    expect(['127.0.0.1', '127.255.0.1', '::1', '128.0.0.1', '::2'].map(loopback)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('G20 brackets IPv6 before a port', () => {
    expect([joinHostPort('10.0.0.1', 80), joinHostPort('fd00::1', 80)]).toEqual(['10.0.0.1:80', '[fd00::1]:80']);
  });
});
