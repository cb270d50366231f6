import { describe, expect, it } from '@jest/globals';
import { loopbackAsked } from './proxy-loopback.ts';

describe('loopbackAsked (N46)', () => {
  it.each([
    [['primary'], []],
    [['0.0.0.0/0', '::/0'], []],
    [['192.0.2.0/24', '127.0.0.0/8'], ['IPv4']],
    [['::1/128'], ['IPv6']],
    [
      ['127.0.0.1/32', '::1/128'],
      ['IPv4', 'IPv6'],
    ],
  ])('%j asks for %j', (texts, asked) => {
    expect(loopbackAsked(texts)).toEqual(asked);
  });
});
