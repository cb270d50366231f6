import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../api/types.ts';
import { pod, service } from '../testing/build/objects.ts';
import { nextTrigger } from './trigger-time.ts';

const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`;
const pods = (...times: (number | undefined)[]): Pod[] =>
  times.flatMap((minute, index) => (minute === undefined ? [] : [pod({ name: `p${index + 1}`, readyAt: at(minute) })]));
const created = (minute: number) => service({ createdAt: at(minute) });

describe('nextTrigger (S25)', () => {
  it('SC-S-055 counts the first sync from the creation of the Service', () => {
    expect(nextTrigger(undefined, created(2), []).time).toBe(at(2));
    expect(nextTrigger(undefined, created(2), pods(1, 3)).time).toBe(at(2));
  });

  it('SC-S-056 takes the earliest of pods that are new', () => {
    const { memory } = nextTrigger(undefined, created(0), []);
    expect(nextTrigger(memory, created(0), pods(2, 1)).time).toBe(at(1));
  });

  it('SC-S-057 takes the earliest of pods that changed', () => {
    const { memory } = nextTrigger(undefined, created(0), pods(1, 2, 3));
    expect(nextTrigger(memory, created(0), pods(5, 4, 3)).time).toBe(at(4));
  });

  it('SC-S-058 has nothing to say when nothing changed, nor when the Service was edited', () => {
    const { memory } = nextTrigger(undefined, created(0), pods(1));
    expect(nextTrigger(memory, created(0), pods(1)).time).toBeUndefined();
    const edited = service({ createdAt: at(0), spec: { publishNotReadyAddresses: true } });
    expect(nextTrigger(memory, edited, pods(1)).time).toBeUndefined();
  });

  it('SC-S-059 counts a pod that left and came back as new', () => {
    const first = nextTrigger(undefined, created(0), pods(1, 2));
    const left = nextTrigger(first.memory, created(0), pods(undefined, 2));
    expect(left.time).toBeUndefined();
    expect(nextTrigger(left.memory, created(0), pods(4, 2)).time).toBe(at(4));
  });

  it('SC-S-060 counts a Service created anew from its creation', () => {
    const { memory } = nextTrigger(undefined, created(0), pods(1));
    expect(nextTrigger(memory, created(3), pods(1)).time).toBe(at(3));
    expect(nextTrigger(undefined, created(3), pods(1)).time).toBe(at(3));
  });

  it('ignores pods without a Ready condition, and times that went back', () => {
    const { memory } = nextTrigger(undefined, created(0), pods(5));
    expect(nextTrigger(memory, created(0), [...pods(4), pod({ name: 'q', ready: 'unknown' })]).time).toBeUndefined();
  });

  it('has nothing to say of a Service whose creation is unknown (SC-E-029)', () => {
    expect(nextTrigger(undefined, service(), pods(1)).time).toBeUndefined();
  });

  it('writes UTC without a trailing zero fraction', () => {
    const time = (createdAt: string) => nextTrigger(undefined, service({ createdAt }), []).time;
    expect(time('2026-01-01T02:00:00+02:00')).toBe('2026-01-01T00:00:00Z');
    expect(time('2026-01-01T00:00:00.120Z')).toBe('2026-01-01T00:00:00.12Z');
    expect(time('2026-01-01T00:00:10.000Z')).toBe('2026-01-01T00:00:10Z');
  });
});
