import { describe, expect, it } from '@jest/globals';
import { claimLoopback, type Listen } from './loopback.ts';

const failing = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));
const nothing = Object.create(null) as Awaited<ReturnType<Listen>>;

describe('claimLoopback', () => {
  it('gives a cluster the addresses that look like its own', async () => {
    const loopback = await claimLoopback(() => Promise.resolve(nothing));
    expect(loopback.placeOf('10.244.1.5', 9376)).toEqual({ host: '127.244.1.5', port: 9376 });
    expect(loopback.reach('10.244.1.5', 9376)).toEqual({ host: '127.244.1.5', port: 9376 });
    expect(loopback.aliasOf('10.96.0.10')).toBe('127.96.0.10');
  });

  it('moves on where another cluster is', async () => {
    const taken = new Set(['127.244.0.1', '127.245.0.1']);
    const listen: Listen = ({ host }) => (taken.has(host) ? failing('EADDRINUSE') : Promise.resolve(nothing));
    const loopback = await claimLoopback(listen);
    expect([loopback.aliasOf('10.96.0.10'), loopback.aliasOf('10.244.0.2')]).toEqual(['127.98.0.10', '127.246.0.2']);
  });

  it('takes free ports of 127.0.0.1 on machines that have only that, and finds them again', async () => {
    const loopback = await claimLoopback(() => failing('EADDRNOTAVAIL'));
    expect(loopback.placeOf('10.244.1.5', 9376)).toEqual({ host: '127.0.0.1', port: 0 });
    loopback.found('10.244.1.5', 9376, { host: '127.0.0.1', port: 40_123 });
    expect(loopback.reach('10.244.1.5', 9376)).toEqual({ host: '127.0.0.1', port: 40_123 });
    expect(loopback.aliasOf('10.96.0.10')).toBeUndefined();
  });

  it('has the same answer when twelve clusters took all blocks', async () => {
    const loopback = await claimLoopback(() => failing('EADDRINUSE'));
    expect(loopback.placeOf('10.244.1.5', 9376)).toEqual({ host: '127.0.0.1', port: 0 });
  });

  it('leaves addresses of the other family alone', async () => {
    const loopback = await claimLoopback(() => Promise.resolve(nothing));
    expect(loopback.reach('fd00::5', 80)).toEqual({ host: 'fd00::5', port: 80 });
  });

  it('excludes a second claim while the first is held', async () => {
    const first = await claimLoopback();
    const second = await claimLoopback();
    expect(second.aliasOf('10.96.0.10')).not.toBe(first.aliasOf('10.96.0.10'));
    first.release();
    second.release();
  });
});
