import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { replicaSets } from '../../pkg/api/resources.ts';
import type { KubeObject, Pod, ReplicaSet } from '../../pkg/api/types.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { controllerReference } from '../../pkg/workloads/index.ts';
import { firstToGo } from './first-to-go.ts';
import { planReplicaSet } from './plan.ts';

const now = Date.parse('2026-01-01T00:01:00Z');

const replicaSet = (spec: Partial<NonNullable<ReplicaSet['spec']>> = {}): ReplicaSet => ({
  metadata: { name: 'set', namespace: 'ns', uid: 'owner', generation: 1 },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'x' } },
    template: { metadata: { labels: { app: 'x' } }, spec: { containers: [] } },
    ...spec,
  },
});

interface PodStory {
  readonly name: string;
  readonly node?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly deleting?: boolean;
  readonly created?: string;
  readonly cost?: string;
  readonly orphan?: boolean;
  readonly restarts?: number;
}

const pod = (story: PodStory): Pod => ({
  metadata: {
    name: story.name,
    namespace: 'ns',
    uid: `uid-${story.name}`,
    labels: { app: 'x' },
    creationTimestamp: story.created ?? '2026-01-01T00:00:00Z',
    ...(story.orphan === true ? {} : { ownerReferences: [controllerReference(replicaSets, replicaSet())] }),
    ...(story.deleting === true ? { deletionTimestamp: '2026-01-01T00:00:30Z' } : {}),
    ...(story.cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': story.cost } }),
  },
  spec: { containers: [], ...(story.node === '' ? {} : { nodeName: story.node ?? 'n' }) },
  status: {
    phase: story.phase ?? 'Running',
    conditions: [
      { type: 'Ready', status: story.ready === false ? 'False' : 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
    ...(story.restarts === undefined
      ? {}
      : { containerStatuses: [{ name: 'c', image: '', imageID: '', ready: true, restartCount: story.restarts }] }),
  },
});

const words = (owner: ReplicaSet, children: readonly Pod[]): string[] =>
  planReplicaSet({ owner, children, now }).steps.map((step) =>
    step.kind === 'delete' || step.kind === 'update'
      ? `${step.kind} ${step.object.metadata.name ?? ''} ${step.because}`
      : `${step.kind} ${step.because}`,
  );

describe('planReplicaSet', () => {
  it('makes what is missing; Pods that have ended or are going do not count', () => {
    const children = [pod({ name: 'a' }), pod({ name: 'b', phase: 'Failed' }), pod({ name: 'c', deleting: true })];
    expect(words(replicaSet(), children)).toEqual(['create tooFew', 'create tooFew', 'update set counted']);
  });

  it('counts what it is about to take as its own', () => {
    const children = [pod({ name: 'a' }), pod({ name: 'b' }), pod({ name: 'c', orphan: true })];
    expect(words(replicaSet(), children)).toEqual(['update c adopted', 'update set counted']);
  });

  it('does nothing but count when it is being deleted', () => {
    const owner = replicaSet();
    owner.metadata.deletionTimestamp = '2026-01-01T00:00:30Z';
    expect(words(owner, [])).toEqual(['update set counted']);
  });

  it('looks again when a Pod will have been ready for long enough', () => {
    const { steps } = planReplicaSet({
      owner: replicaSet({ minReadySeconds: 90, replicas: 1 }),
      children: [pod({ name: 'a' })],
      now,
    });
    expect(steps.at(-1)).toEqual({ kind: 'requeueAfter', delayMs: 30_000, because: 'becomesAvailable' });
  });

  it('takes at most 500 Pods in one go', () => {
    expect(words(replicaSet({ replicas: 2000 }), []).filter((word) => word === 'create tooFew')).toHaveLength(500);
  });
});

describe('firstToGo', () => {
  it('goes from the Pod that is missed least to the one that is missed most', () => {
    const inOrder: PodStory[] = [
      { name: 'nowhere', node: '' },
      { name: 'pending', phase: 'Pending' },
      { name: 'unready', ready: false },
      { name: 'cheap', cost: '-5' },
      { name: 'restarted', restarts: 4 },
      { name: 'young', created: '2026-01-01T00:00:30Z' },
      { name: 'b' },
      { name: 'a' },
      { name: 'dear', cost: '5' },
    ];
    expect(
      inOrder
        .map(pod)
        .toReversed()
        .toSorted(firstToGo)
        .map(({ metadata }) => metadata.name),
    ).toEqual(inOrder.map(({ name }) => name));
  });
});

describe('planReplicaSet, whatever the Pods', () => {
  const story = fc.record(
    {
      name: fc.stringMatching(/^[a-z]{1,3}$/),
      node: fc.constantFrom('', 'n'),
      phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed'),
      ready: fc.boolean(),
      deleting: fc.boolean(),
      cost: fc.constantFrom('1', '-1', 'x'),
    },
    { requiredKeys: ['name', 'node', 'phase', 'ready', 'deleting'] },
  );
  const stories = fc.uniqueArray(story, { selector: ({ name }) => name, maxLength: 12 });

  it('reaches the wanted number in one step, changes no argument, and does not care for order', () => {
    fc.assert(
      fc.property(stories, fc.nat(8), (all, replicas) => {
        const owner = deepFreeze(replicaSet({ replicas }));
        const children = deepFreeze(all.map(pod));
        const plan = planReplicaSet({ owner, children, now });
        expect(planReplicaSet({ owner, children: children.toReversed(), now })).toEqual(plan);
        const podSteps = plan.steps.filter((step) => step.kind === 'create' || step.kind === 'delete');
        const after = applyToObjects<KubeObject>(children, podSteps) as Pod[];
        const active = after.filter(
          ({ metadata, status }) =>
            metadata.deletionTimestamp === undefined && status?.phase !== 'Failed' && status?.phase !== 'Succeeded',
        );
        expect(active).toHaveLength(replicas);
        const again = planReplicaSet({ owner, children: after, now }).steps;
        expect(again.filter(({ kind }) => kind === 'create' || kind === 'delete')).toEqual([]);
      }),
    );
  });
});
