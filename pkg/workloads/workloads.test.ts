import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { selectorFromMap } from '../api/labels/selector.ts';
import { pods, replicaSets } from '../api/resources.ts';
import type { Pod, PodTemplate } from '../api/types.ts';
import {
  availableInMs,
  claim,
  controllerReference,
  podFromTemplate,
  resolveIntOrPercent,
  sameJson,
  statusSteps,
  templateHash,
  withCondition,
} from './index.ts';

const owner = { metadata: { name: 'set', namespace: 'ns', uid: 'owner' } };
const other = { metadata: { name: 'other', namespace: 'ns', uid: 'another' } };
const selector = selectorFromMap({ app: 'x' });

const pod = (name: string, label: string | undefined, controller?: typeof owner, deleting = false): Pod => ({
  metadata: {
    name,
    namespace: 'ns',
    uid: `uid-${name}`,
    labels: label === undefined ? {} : { app: label },
    ...(controller === undefined ? {} : { ownerReferences: [controllerReference(replicaSets, controller)] }),
    ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
  },
  spec: { containers: [] },
});

const claimed = (children: readonly Pod[], by = owner) => {
  const { mine, steps } = claim({ owner: by, ownerType: replicaSets, childType: pods, selector, children });
  return [mine.map(({ metadata }) => metadata.name), steps.map(({ because, chain }) => `${because} ${chain}`)];
};

describe('claim', () => {
  it('takes orphans it selects, lets go what it no longer selects, and leaves the rest alone', () => {
    expect(
      claimed([
        pod('orphan', 'x'),
        pod('stranger', 'y'),
        pod('mine', 'x', owner),
        pod('relabelled', 'y', owner),
        pod('theirs', 'x', other),
        pod('dying', 'x', undefined, true),
      ]),
    ).toEqual([['mine'], ['adopted orphan', 'released relabelled']]);
  });

  it('takes and lets go nothing any more when it is being deleted', () => {
    const dying = { metadata: { ...owner.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(claimed([pod('orphan', 'x'), pod('relabelled', 'y', owner)], dying)).toEqual([[], []]);
  });

  it('adds itself to other owners, and takes only itself away', () => {
    const keeper = { apiVersion: 'v1', kind: 'ConfigMap', name: 'k', uid: 'k' };
    const orphan = pod('o', 'x');
    orphan.metadata.ownerReferences = [keeper];
    const { steps } = claim({ owner, ownerType: replicaSets, childType: pods, selector, children: [orphan] });
    const references = steps[0]?.object.metadata.ownerReferences;
    expect(references).toEqual([keeper, controllerReference(replicaSets, owner)]);
    const mine = { ...orphan, metadata: { ...orphan.metadata, labels: {}, ownerReferences: references ?? [] } };
    const released = claim({ owner, ownerType: replicaSets, childType: pods, selector, children: [mine] });
    expect(released.steps[0]?.object.metadata.ownerReferences).toEqual([keeper]);
  });
});

describe('templateHash', () => {
  const template = (labels: Record<string, string>, image = 'i'): PodTemplate => ({
    metadata: { labels },
    spec: { containers: [{ name: 'c', image }] },
  });

  it('is the same for any order of keys, and whether or not the hash is among the labels', () => {
    const hash = templateHash(template({ a: '1', b: '2' }));
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
    expect(templateHash(template({ b: '2', a: '1' }))).toBe(hash);
    expect(templateHash(template({ a: '1', b: '2', 'pod-template-hash': hash }))).toBe(hash);
  });

  it('differs when anything differs, also under names that every object has', () => {
    const all = [
      template({}),
      template({}, 'j'),
      template({ constructor: 'x' }),
      template(JSON.parse('{"__proto__":"x"}') as Record<string, string>),
    ].map(templateHash);
    expect(new Set(all).size).toBe(all.length);
  });

  it('spreads', () => {
    const images = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 50, maxLength: 50 });
    fc.assert(
      fc.property(images, (names) => {
        expect(new Set(names.map((name) => templateHash(template({}, name)))).size).toBe(50);
      }),
      { numRuns: 20 },
    );
  });
});

describe('conditions and statuses', () => {
  const now = Date.parse('2026-01-01T00:00:10Z');
  const before = [{ type: 'A', status: 'True', reason: 'Old', lastTransitionTime: 't0', lastUpdateTime: 't0' }];

  it('moves the transition time with the status only', () => {
    expect(withCondition(before, { type: 'A', status: 'True', reason: 'Old' }, now)).toEqual(before);
    const reworded = withCondition(before, { type: 'A', status: 'True', reason: 'New' }, now);
    expect(reworded).toEqual([{ ...before[0], reason: 'New', lastUpdateTime: '2026-01-01T00:00:10Z' }]);
    const turned = withCondition(before, { type: 'A', status: 'False', reason: 'Old' }, now);
    expect(turned[0]?.lastTransitionTime).toBe('2026-01-01T00:00:10Z');
  });

  it('writes a status only when it says something else; zero is the same as absent', () => {
    const object = { metadata: { name: 'o' }, status: { replicas: 2, of: 'others' } };
    expect(statusSteps(replicaSets, object, { replicas: 2, ready: 0, conditions: [] }, 'counted')).toEqual([]);
    const [step] = statusSteps(replicaSets, object, { replicas: 3 }, 'counted');
    expect(step?.object['status']).toEqual({ replicas: 3, of: 'others' });
    expect(step?.subresource).toBe('status');
  });

  it('compares JSON without regard to order and undefined fields', () => {
    expect(sameJson({ a: [1, { b: null }], c: undefined }, { a: [1, { b: null }] })).toBe(true);
    expect(sameJson({ a: 1 }, { b: 1 })).toBe(false);
    expect(sameJson([1], { 0: 1 })).toBe(false);
    expect(sameJson({ toString: 1 }, {})).toBe(false);
  });
});

describe('pods of a workload', () => {
  it('is available once ready for long enough', () => {
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }];
    const ready: Pod = { ...pod('p', 'x'), status: { conditions } };
    const at = (text: string): number => Date.parse(text);
    expect(availableInMs(ready, 10, at('2026-01-01T00:00:04Z'))).toBe(6000);
    expect(availableInMs(ready, 10, at('2026-01-01T00:00:10Z'))).toBe(0);
    expect(availableInMs(pod('p', 'x'), 0, at('2026-01-01T00:00:10Z'))).toBeUndefined();
  });

  it('keeps labels and annotations of the template, whatever they are called', () => {
    const template = JSON.parse('{"metadata":{"labels":{"__proto__":"x"}},"spec":{"containers":[]}}') as PodTemplate;
    const made = podFromTemplate({ owner, ownerType: replicaSets, template, labels: { more: 'y' } });
    expect(JSON.stringify(made.metadata.labels)).toBe('{"__proto__":"x","more":"y"}');
    expect(made.metadata).toMatchObject({ generateName: 'set-', namespace: 'ns' });
  });

  it('rounds percentages as told', () => {
    expect(resolveIntOrPercent('25%', 10, 'up')).toBe(3);
    expect(resolveIntOrPercent('25%', 10, 'down')).toBe(2);
    expect(resolveIntOrPercent(4, 10, 'up')).toBe(4);
    expect(resolveIntOrPercent('many', 10, 'up')).toBe(0);
  });
});
