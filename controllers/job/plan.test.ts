import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jobs } from '../../pkg/api/resources.ts';
import type { Job, Pod } from '../../pkg/api/types.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { controllerReference } from '../../pkg/workloads/index.ts';
import { planJob } from './plan.ts';

const now = Date.parse('2026-01-01T00:10:00Z');

const job = (spec: object = {}, status?: Job['status']): Job => ({
  metadata: { name: 'j', namespace: 'ns', uid: 'owner' },
  spec: { template: { spec: { containers: [], restartPolicy: 'Never' } }, ...spec },
  ...(status === undefined ? {} : { status }),
});

const pod = (owner: Job, name: string, phase: string, finishedAt = '2026-01-01T00:00:00Z'): Pod => ({
  metadata: { name, namespace: 'ns', uid: name, ownerReferences: [controllerReference(jobs, owner)] },
  spec: { containers: [] },
  status: {
    phase,
    containerStatuses: [
      {
        name: 'c',
        image: '',
        imageID: '',
        ready: false,
        restartCount: 0,
        ...(phase === 'Failed' ? { state: { terminated: { exitCode: 1, finishedAt } } } : {}),
      },
    ],
  },
});

const phases = (owner: Job, list: readonly string[]): Pod[] => list.map((phase, at) => pod(owner, `p${at}`, phase));

function outcome(owner: Job, children: readonly Pod[]) {
  const { steps } = planJob({ owner: deepFreeze(owner), children: deepFreeze(children), now });
  const status = steps.find((step) => step.kind === 'update');
  const written = status?.kind === 'update' ? (status.object as Job).status : undefined;
  return {
    created: steps.filter(({ kind }) => kind === 'create').length,
    deleted: steps.filter(({ kind }) => kind === 'delete').length,
    waits: steps.flatMap((step) => (step.kind === 'requeueAfter' ? [step.delayMs] : [])),
    conditions: (written?.conditions ?? []).map(({ type }) => type),
  };
}

describe('planJob', () => {
  it('runs as many as allowed, and no more than are still needed', () => {
    const owner = job({ completions: 5, parallelism: 3 });
    expect(outcome(owner, []).created).toBe(3);
    expect(outcome(owner, phases(owner, ['Succeeded', 'Succeeded', 'Succeeded', 'Running'])).created).toBe(1);
    expect(outcome(job(), []).created).toBe(1);
  });

  it('without a number of completions, ends when one has succeeded and none runs', () => {
    const owner = job({ parallelism: 2 });
    expect(outcome(owner, phases(owner, ['Succeeded', 'Running']))).toMatchObject({ created: 0, conditions: [] });
    expect(outcome(owner, phases(owner, ['Succeeded', 'Succeeded'])).conditions).toContain('Complete');
  });

  it('waits longer after each failure, and gives up after backoffLimit of them', () => {
    const owner = job({ backoffLimit: 2 });
    const failed = (ends: readonly string[]) => ends.map((end, at) => pod(owner, `p${at}`, 'Failed', end));
    expect(outcome(owner, failed(['2026-01-01T00:09:55Z'])).waits).toEqual([5000]);
    expect(outcome(owner, failed(['2026-01-01T00:00:00Z', '2026-01-01T00:09:55Z'])).waits).toEqual([15_000]);
    expect(outcome(owner, failed(['2026-01-01T00:00:00Z'])).created).toBe(1);
    const over = outcome(owner, failed(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z']));
    expect(over).toEqual({ created: 0, deleted: 0, waits: [], conditions: ['FailureTarget', 'Failed'] });
  });

  it('ends what still runs when the deadline is over', () => {
    const owner = job({ activeDeadlineSeconds: 600 }, { startTime: '2026-01-01T00:00:00Z' });
    expect(outcome(owner, phases(owner, ['Running']))).toMatchObject({
      deleted: 1,
      conditions: ['FailureTarget', 'Failed'],
    });
  });

  it('does nothing while suspended, and nothing once it has ended', () => {
    const suspended = job({ suspend: true });
    expect(outcome(suspended, phases(suspended, ['Running']))).toMatchObject({ created: 0, deleted: 1 });
    const ended = job({}, { conditions: [{ type: 'Complete', status: 'True' }] });
    expect(planJob({ owner: ended, children: [], now }).steps).toEqual([]);
  });

  it('never runs more than parallelism allows', () => {
    const phase = fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed');
    fc.assert(
      fc.property(
        fc.array(phase, { maxLength: 10 }),
        fc.nat(5),
        fc.option(fc.nat(8)),
        (list, parallelism, completions) => {
          const owner = job({ parallelism, backoffLimit: 100, ...(completions === null ? {} : { completions }) });
          const { created, deleted } = outcome(owner, phases(owner, list));
          const active = list.filter((one) => one === 'Pending' || one === 'Running').length;
          expect(active + created - deleted).toBeLessThanOrEqual(parallelism);
          expect(Math.min(created, deleted)).toBe(0);
        },
      ),
    );
  });
});
