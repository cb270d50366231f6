import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../api/types.ts';
import { pod, service } from '../testing/build/objects.ts';
import type { PodStory } from '../testing/build/objects.ts';
import { affectedBy, podAppeared, podUpdated } from './pod-change.ts';

const selecting = (name: string, selector: Record<string, string> | undefined, namespace = 'ns') =>
  service({ name, namespace, spec: { selector: selector ?? (null as never) } });

const [a, b, c] = [selecting('A', { app: 'a' }), selecting('B', { app: 'b' }), selecting('C', { tier: 'x' })];
const all = [a, b, c, selecting('none', undefined), selecting('else', { app: 'a' }, 'ns2')];

const base = { name: 'p', labels: { app: 'a', tier: 'x' } };
let version = 0;
const at = (story: Partial<PodStory>): Pod => {
  const result = pod({ ...base, ...story });
  result.metadata.resourceVersion = String((version += 1));
  return result;
};

function affected(before: Partial<PodStory>, after: Partial<PodStory>): string[] {
  const change = podUpdated(at(before), at(after));
  return change === undefined ? [] : affectedBy(change, all).map(({ metadata }) => metadata.name ?? '');
}

describe('changes of pods', () => {
  it('SC-Q-001, SC-Q-012, SC-Q-013 reach the Services of the namespace that select the pod', () => {
    expect(affectedBy(podAppeared(at({})), all)).toEqual([a, c]);
    expect(affectedBy(podAppeared(at({ namespace: 'ns2' })), all).map(({ metadata }) => metadata.name)).toEqual([
      'else',
    ]);
  });

  it('SC-Q-002 are none when the version is the same', () => {
    const same = at({});
    expect(podUpdated(same, { ...same, status: {} })).toBeUndefined();
  });

  it.each<[string, Partial<PodStory>, Partial<PodStory>]>([
    ['SC-Q-003 nothing but the version', {}, {}],
    ['SC-Q-004 a node, without an address', { ips: [] }, { ips: [], node: 'n' }],
    ['Q8 the phase', {}, { phase: 'Unknown' }],
    ['Q8 the end of a pod that was not deleted', {}, { phase: 'Failed' }],
    ['H12 anything else of a terminating pod', { deleting: true }, { deleting: true, phase: 'Unknown' }],
    ['Q8 container ports', {}, { ports: [{ name: 'x', containerPort: 1 }] }],
    ['SC-Q-011 a label nobody selects by', {}, { labels: { ...base.labels, new: 'label' } }],
    ['H14 hostname and subdomain', {}, { hostname: 'h', subdomain: 's' }],
  ])('are none when they are of no interest: %s', (_, before, after) => {
    expect(affected(before, after)).toEqual([]);
  });

  it.each<[string, Partial<PodStory>, Partial<PodStory>]>([
    ['SC-Q-005 a first address', { ips: [] }, { ips: ['10.0.0.1'] }],
    ['SC-Q-006 a second address', {}, { ips: ['10.0.0.1', 'fd00::1'] }],
    ['SC-Q-006 another address', {}, { ips: ['10.0.0.2'] }],
    ['SC-Q-006 one address less', { ips: ['10.0.0.1', 'fd00::1'] }, {}],
    ['SC-Q-007 readiness', {}, { ready: false }],
    ['SC-Q-008 deletion', {}, { deleting: true }],
    ['H12 the end of a terminating pod', { deleting: true }, { deleting: true, phase: 'Failed' }],
    ['H15 another pod under the name', {}, { uid: 'other' }],
  ])('reach every Service that selects the pod: %s', (_, before, after) => {
    expect(affected(before, after)).toEqual(['A', 'C']);
  });

  it('H12 do not count a deletion twice', () => {
    expect(affected({ deleting: true }, { deleting: true })).toEqual([]);
  });

  it('SC-Q-009 reach, when only labels change, the Services that the pod leaves or joins', () => {
    expect(affected({}, { labels: { app: 'b', tier: 'x' } })).toEqual(['A', 'B']);
  });

  it('SC-Q-010 reach all of them when the pod changes as well', () => {
    expect(affected({}, { labels: { app: 'b', tier: 'x' }, ready: false })).toEqual(['A', 'B', 'C']);
  });
});
