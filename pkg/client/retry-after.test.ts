import { describe, expect, it } from '@jest/globals';
import { failure } from '../api/status.ts';
import { VirtualClock } from '../clock/index.ts';
import { RateLimit } from './rate-limit.ts';
import { parseRetryAfter, retryAfterMs } from './retry-after.ts';
import { isTransportError, toTransportError } from './transport-error.ts';

describe('parseRetryAfter', () => {
  it.each([
    ['3', 3000],
    [' 0 ', 100],
    ['3600', 60_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 100],
    ['soon', undefined],
    ['-1', 100],
    [undefined, undefined],
  ])('CL8 %p means %p ms', (header, ms) => {
    expect(parseRetryAfter(header, Date.UTC(2026, 0, 1))).toBe(ms);
  });
});

describe('retryAfterMs', () => {
  it('reads the details of a Status', () => {
    expect(retryAfterMs(failure(429, 'TooManyRequests', '', { retryAfterSeconds: 2 }))).toBe(2000);
    expect(retryAfterMs(failure(429, 'TooManyRequests', ''))).toBeUndefined();
    expect(retryAfterMs(new Error('x'))).toBeUndefined();
  });
});

describe('RateLimit', () => {
  it('CL11 halves its pace at three 429s in ten seconds and recovers by tenths', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit(clock, { qps: 20, burst: 30 });
    limit.throttled();
    limit.throttled();
    await clock.advance(10_000);
    limit.throttled();
    expect(limit.pace).toBe(20);
    limit.throttled();
    limit.throttled();
    expect(limit.pace).toBe(10);
    await clock.advance(10_000);
    expect(limit.pace).toBe(12);
    await clock.advance(1_000_000);
    expect(limit.pace).toBe(20);
  });

  it('CL11 never goes below two a second, nor above what was asked', () => {
    const clock = new VirtualClock();
    const fast = new RateLimit(clock, { qps: 20 });
    const slow = new RateLimit(clock, { qps: 1 });
    for (let i = 0; i < 30; i++) for (const limit of [fast, slow]) limit.throttled();
    expect([fast.pace, slow.pace]).toEqual([2, 1]);
  });
});

describe('toTransportError', () => {
  const coded = (code: string) => Object.assign(new Error(`was ${code}`), { code });

  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'lost'],
    ['UND_ERR_SOCKET', 'lost'],
    ['ERR_HTTP2_STREAM_ERROR', 'lost'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['EAI_AGAIN', 'name'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
  ])('sorts %s as %s, also deep inside', (code, fault) => {
    for (const error of [
      coded(code),
      new TypeError('fetch failed', { cause: coded(code) }),
      new AggregateError([coded(code)], ''),
    ]) {
      const sorted = toTransportError(error, 'GET x');
      expect(sorted).toMatchObject({ fault, message: `GET x: was ${code}` });
    }
  });

  it('leaves what is sorted already, and takes anything', () => {
    const sorted = toTransportError('text', 'GET x');
    expect(toTransportError(sorted, 'again')).toBe(sorted);
    expect(isTransportError(sorted, 'protocol')).toBe(true);
    expect(isTransportError(sorted, 'lost')).toBe(false);
  });
});
