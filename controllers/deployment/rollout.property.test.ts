/** Whole rollouts: planner, and ReplicaSets whose Pods come and become available as an adversary likes. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Deployment, KubeObject, ReplicaSet } from '../../pkg/api/types.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { planDeployment } from './plan.ts';
import { boundsOf } from './replicas.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

interface Story {
  readonly replicas: number;
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
  readonly type?: string;
}

const deployment = (
  { replicas, maxSurge, maxUnavailable, type = 'RollingUpdate' }: Story,
  image: string,
): Deployment => ({
  metadata: { name: 'web', namespace: 'ns', uid: 'owner', generation: 1, resourceVersion: '1' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'x' } },
    template: { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image }] } },
    strategy: type === 'Recreate' ? { type } : { type, rollingUpdate: { maxSurge, maxUnavailable } },
  },
});

class World {
  owner: Deployment;
  readonly sets = new Map<string, ReplicaSet>();
  #counter = 0;

  constructor(owner: Deployment) {
    this.owner = owner;
  }

  /** One look. False: nothing was to be done about the ReplicaSets. */
  look(): boolean {
    const children = deepFreeze([...this.sets.values()]);
    const { steps } = planDeployment({ owner: deepFreeze(this.owner), children, now });
    let moved = false;
    for (const step of steps) {
      if (step.kind === 'event' || step.kind === 'requeueAfter') continue;
      const name = step.object.metadata.name ?? '';
      if (step.resource.kind === 'Deployment') this.owner = step.object;
      else {
        moved = true;
        if (step.kind === 'delete') this.sets.delete(name);
        else this.sets.set(name, this.#stored(step.object));
      }
    }
    return moved;
  }

  #stored(object: KubeObject): ReplicaSet {
    const set = structuredClone(object) as unknown as ReplicaSet;
    set.metadata.uid ??= `uid-${(this.#counter += 1)}`;
    set.metadata.creationTimestamp ??= new Date(now + this.#counter * 1000).toISOString();
    return set;
  }

  /** The Pods of one set follow its spec, and `ready` of them are available; the status says so. */
  follow(at: number, ready: number): void {
    const set = [...this.sets.values()][at % Math.max(1, this.sets.size)];
    if (set === undefined) return;
    const replicas = set.spec?.replicas ?? 0;
    const available = Math.min(replicas, ready);
    const next = structuredClone(set);
    next.status = { replicas, readyReplicas: available, availableReplicas: available };
    this.sets.set(set.metadata.name ?? '', next);
  }

  settle(): void {
    for (let round = 0; round < 200; round += 1) {
      const moved = this.look();
      for (let at = 0; at < this.sets.size; at += 1) this.follow(at, Infinity);
      if (!moved && !this.look()) return;
    }
    throw new Error('the rollout does not end');
  }

  total(read: (set: ReplicaSet) => number): number {
    return [...this.sets.values()].reduce((sum, set) => sum + read(set), 0);
  }
}

const amount = fc.oneof(
  fc.nat(4),
  fc.nat(100).map((percent) => `${percent}%`),
);
const story = fc.record({ replicas: fc.nat(12), maxSurge: amount, maxUnavailable: amount });
const events = fc.array(
  fc.record({ at: fc.nat(3), ready: fc.nat(12), image: fc.option(fc.constantFrom('a', 'b', 'c')) }),
  {
    maxLength: 40,
  },
);

describe('a rolling update', () => {
  it('never has more Pods than allowed, never takes an available one that is needed, and ends', () => {
    fc.assert(
      fc.property(story, events, (told, happenings) => {
        const world = new World(deployment(told, 'a'));
        world.settle();
        const { wanted, maxSurge, maxUnavailable } = boundsOf(world.owner);
        world.owner = { ...world.owner, spec: deployment(told, 'b').spec } as Deployment;
        for (const { at, ready, image } of happenings) {
          if (image !== null) world.owner = { ...world.owner, spec: deployment(told, image).spec } as Deployment;
          const before = world.total(({ spec, status }) =>
            Math.min(spec?.replicas ?? 0, status?.availableReplicas ?? 0),
          );
          world.look();
          const after = world.total(({ spec, status }) =>
            Math.min(spec?.replicas ?? 0, status?.availableReplicas ?? 0),
          );
          expect(world.total(({ spec }) => spec?.replicas ?? 0)).toBeLessThanOrEqual(wanted + maxSurge);
          if (after < before) expect(after).toBeGreaterThanOrEqual(wanted - maxUnavailable);
          world.follow(at, ready);
        }
        world.settle();
        const image = world.owner.spec?.template?.spec?.containers[0]?.image;
        const alive = [...world.sets.values()].filter(({ spec }) => (spec?.replicas ?? 0) > 0);
        expect(alive.map(({ spec }) => [spec?.replicas, spec?.template?.spec?.containers[0]?.image])).toEqual(
          told.replicas === 0 ? [] : [[told.replicas, image]],
        );
        expect(world.owner.status?.availableReplicas ?? 0).toBe(told.replicas);
      }),
      { numRuns: 300 },
    );
  });
});

describe('Recreate', () => {
  it('makes the new set only when all Pods of the old one are gone', () => {
    const told = { replicas: 3, maxSurge: 0, maxUnavailable: 0, type: 'Recreate' };
    const world = new World(deployment(told, 'a'));
    world.settle();
    world.owner = { ...world.owner, spec: deployment(told, 'b').spec } as Deployment;
    world.look();
    expect([...world.sets.values()].map(({ spec }) => spec?.replicas)).toEqual([0]);
    expect(world.look()).toBe(false);
    world.follow(0, 0);
    world.settle();
    expect([...world.sets.values()].map(({ spec }) => spec?.replicas)).toEqual([0, 3]);
  });
});

describe('the history of a Deployment', () => {
  it('keeps revisionHistoryLimit empty sets, the newest ones', () => {
    const told = { replicas: 1, maxSurge: 1, maxUnavailable: 0 };
    const world = new World(deployment(told, 'v0'));
    for (let at = 0; at < 6; at += 1) {
      const { spec } = deployment(told, `v${at}`);
      world.owner = { ...world.owner, spec: { ...spec, revisionHistoryLimit: 2 } } as Deployment;
      world.settle();
    }
    expect([...world.sets.values()].map(({ spec }) => spec?.template?.spec?.containers[0]?.image)).toEqual([
      'v3',
      'v4',
      'v5',
    ]);
    expect(world.owner.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('6');
  });

  it('tells of a rollout that stands still, once the deadline is over', () => {
    const told = { replicas: 2, maxSurge: 1, maxUnavailable: 0 };
    const world = new World(deployment(told, 'a'));
    world.look();
    world.look();
    const progressing = (at: number) => {
      const { steps } = planDeployment({ owner: world.owner, children: [...world.sets.values()], now: now + at });
      const status = steps.find((step) => step.kind === 'update' && step.subresource === 'status');
      const owner = status?.kind === 'update' ? (status.object as unknown as Deployment) : world.owner;
      return owner.status?.conditions?.find(({ type }) => type === 'Progressing')?.reason;
    };
    expect(progressing(599_000)).toBe('ReplicaSetUpdated');
    expect(progressing(600_000)).toBe('ProgressDeadlineExceeded');
  });
});
