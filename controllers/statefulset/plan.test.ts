import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { statefulSets } from '../../pkg/api/resources.ts';
import type { Pod, StatefulSet } from '../../pkg/api/types.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { controllerReference } from '../../pkg/workloads/index.ts';
import { planStatefulSet, revisionName } from './plan.ts';

const now = Date.parse('2026-01-01T00:01:00Z');

const set = (spec: Partial<NonNullable<StatefulSet['spec']>> = {}): StatefulSet => ({
  metadata: { name: 'db', namespace: 'ns', uid: 'owner' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'x' } },
    serviceName: 'db',
    template: { metadata: { labels: { app: 'x' } }, spec: { containers: [] } },
    ...spec,
  },
});

interface PodStory {
  readonly at: number;
  readonly ready?: boolean;
  readonly old?: boolean;
  readonly deleting?: boolean;
  readonly phase?: string;
}

const pod = (
  owner: StatefulSet,
  { at, ready = true, old = false, deleting = false, phase = 'Running' }: PodStory,
): Pod => ({
  metadata: {
    name: `db-${at}`,
    namespace: 'ns',
    uid: `uid-${at}`,
    labels: { app: 'x', 'controller-revision-hash': old ? 'old' : revisionName(owner) },
    ownerReferences: [controllerReference(statefulSets, owner)],
    ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:30Z' } : {}),
  },
  spec: { containers: [] },
  status: {
    phase,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  },
});

const words = (owner: StatefulSet, stories: readonly PodStory[]): string[] =>
  planStatefulSet({ owner: deepFreeze(owner), children: deepFreeze(stories.map((one) => pod(owner, one))), now })
    .steps.filter((step) => step.kind === 'create' || step.kind === 'delete')
    .map(({ kind, object, because }) => `${kind} ${object.metadata.name ?? ''} ${because}`);

const parallel = { podManagementPolicy: 'Parallel' };

describe('planStatefulSet', () => {
  it('makes one after the other, each when all before it are ready', () => {
    expect(words(set(), [])).toEqual(['create db-0 missing']);
    expect(words(set(), [{ at: 0, ready: false }])).toEqual([]);
    expect(words(set(), [{ at: 0 }])).toEqual(['create db-1 missing']);
    expect(words(set(parallel), [{ at: 1 }])).toEqual(['create db-0 missing', 'create db-2 missing']);
  });

  it('takes away from the end, one after the other', () => {
    const all = [0, 1, 2, 3, 4].map((at) => ({ at }));
    expect(words(set(), all)).toEqual(['delete db-4 tooMany']);
    expect(words(set(), [...all.slice(0, 4), { at: 4, deleting: true }])).toEqual([]);
    expect(words(set(parallel), all)).toEqual(['delete db-4 tooMany', 'delete db-3 tooMany']);
  });

  it('updates from the end down to the partition, and only while all are well', () => {
    const old = [0, 1, 2].map((at) => ({ at, old: true }));
    const partition = (at: number) => set({ updateStrategy: { rollingUpdate: { partition: at } } });
    expect(words(set(), old)).toEqual(['delete db-2 outdated']);
    expect(words(set(), [...old.slice(0, 2), { at: 2 }])).toEqual(['delete db-1 outdated']);
    expect(words(set(), [...old.slice(0, 2), { at: 2, ready: false }])).toEqual([]);
    expect(words(partition(2), [...old.slice(0, 2), { at: 2 }])).toEqual([]);
    expect(words(set({ updateStrategy: { type: 'OnDelete' } }), old)).toEqual([]);
  });

  it('replaces what has ended', () => {
    expect(words(set(), [{ at: 0, phase: 'Failed', ready: false }])).toEqual(['delete db-0 ended']);
  });

  it('deletes at most one ready Pod at a time for an update, whatever their state', () => {
    const story = fc.record({ ready: fc.boolean(), old: fc.boolean(), deleting: fc.boolean() });
    fc.assert(
      fc.property(fc.array(story, { maxLength: 6 }), fc.nat(6), (stories, replicas) => {
        const pods = stories.map((one, at) => ({ ...one, at }));
        const outdated = words(set({ replicas, ...parallel }), pods).filter((word) => word.endsWith('outdated'));
        expect(outdated.length).toBeLessThanOrEqual(1);
        if (pods.slice(0, replicas).some(({ ready, deleting }) => !ready || deleting)) expect(outdated).toEqual([]);
      }),
    );
  });
});
