import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pod } from '../api/types.ts';
import { deepFreeze } from '../testing/build/deep-freeze.ts';
import { planPod, type PodInputs, type PodPlan } from './plan-pod.ts';

const home = { podIP: '10.244.0.2', hostIP: '10.240.0.1' };
const born = Date.parse('2026-01-01T00:00:00Z');
const at = (ms: number): string => `${new Date(born + ms).toISOString().slice(0, 19)}Z`;

interface Story {
  readonly annotations?: Record<string, string>;
  readonly spec?: Partial<NonNullable<Pod['spec']>>;
  readonly metadata?: Partial<Pod['metadata']>;
  readonly status?: Pod['status'];
}

const pod = ({ annotations = {}, spec = {}, metadata = {}, status }: Story = {}): Pod => ({
  metadata: { name: 'p', namespace: 'ns', uid: 'u', annotations, ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  ...(status === undefined ? {} : { status }),
});

const plan = (story: Story, ms = 0, rest: Partial<PodInputs> = {}): PodPlan =>
  planPod({ pod: deepFreeze(pod(story)), home, seen: { acceptedAt: born }, startMs: 0, now: born + ms, ...rest });

const condition = ({ status }: PodPlan, type: string) => {
  const found = status?.conditions?.find((one) => one.type === type);
  return [found?.status, found?.reason];
};

describe('planPod', () => {
  it('tells everything about a Pod that runs', () => {
    const [True, since] = ['True', at(0)];
    expect(plan({})).toEqual({
      remove: false,
      serving: true,
      doing: [
        {
          container: 'c',
          exitCode: 0,
          moment: { kind: 'running', nextAt: undefined, ready: true, restartCount: 0, since: Date.parse(since) },
        },
      ],
      status: {
        phase: 'Running',
        conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
          (type) => ({ type, status: True, lastTransitionTime: since }),
        ),
        hostIP: '10.240.0.1',
        hostIPs: [{ ip: '10.240.0.1' }],
        podIP: '10.244.0.2',
        podIPs: [{ ip: '10.244.0.2' }],
        startTime: since,
        containerStatuses: [
          {
            name: 'c',
            image: 'i',
            resources: {},
            imageID: 'fairlead.dev/image/i',
            containerID: 'fairlead://u/c/0',
            ready: true,
            started: true,
            restartCount: 0,
            state: { running: { startedAt: since } },
          },
        ],
        qosClass: 'BestEffort',
      },
    });
  });

  it('shows a container being created, without an address, for as long as that takes', () => {
    const early = plan({ annotations: { 'fairlead.dev/start-after': '2s' } }, 500);
    expect([early.status?.phase, early.status?.podIP, early.nextLookMs, early.serving]).toEqual([
      'Pending',
      undefined,
      1500,
      false,
    ]);
    expect(early.status?.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(plan({ annotations: { 'fairlead.dev/start-after': '2s' } }, 2000).status?.phase).toBe('Running');
  });

  it.each([
    ['the probe', { spec: { containers: [{ name: 'c', readinessProbe: { initialDelaySeconds: 3 } }] } }],
    ['the annotation', { annotations: { 'fairlead.dev/ready-after': '3s' } }],
  ])('becomes ready when %s says so', (_, story) => {
    const before = plan(story, 2999);
    expect([condition(before, 'Ready'), before.nextLookMs]).toEqual([['False', 'ContainersNotReady'], 1]);
    expect(condition(plan(story, 3000), 'Ready')).toEqual(['True', undefined]);
  });

  it('never becomes ready when told so, and then has nothing to wait for', () => {
    const late = plan({ annotations: { 'fairlead.dev/never-ready': 'true' } }, 1e9);
    expect([condition(late, 'Ready'), late.nextLookMs]).toEqual([['False', 'ContainersNotReady'], undefined]);
  });

  it('flaps', () => {
    const flapping = { annotations: { 'fairlead.dev/flap': '10s' } };
    const seen = [0, 9999, 10_000, 19_999, 20_000].map((ms) => condition(plan(flapping, ms), 'Ready')[0]);
    expect(seen).toEqual(['True', 'True', 'False', 'False', 'True']);
  });

  it('is held back by a readiness gate, and says which', () => {
    const gates = { readinessGates: [{ conditionType: 'a/b' }] };
    const closed = plan({ spec: gates });
    expect(condition(closed, 'Ready')).toEqual(['False', 'ReadinessGatesNotReady']);
    expect(condition(closed, 'ContainersReady')).toEqual(['True', undefined]);
    const status = { conditions: [{ type: 'a/b', status: 'True' }] };
    expect(condition(plan({ spec: gates, status }), 'Ready')).toEqual(['True', undefined]);
  });

  it.each([
    ['Never', 0, 'Succeeded'],
    ['Never', 2, 'Failed'],
    ['OnFailure', 0, 'Succeeded'],
    ['OnFailure', 2, 'Running'],
    ['Always', 0, 'Running'],
  ])('under %s, a program that ended with %d leaves the Pod %s', (restartPolicy, code, phase) => {
    const annotations = { 'fairlead.dev/exit-after': '2s', 'fairlead.dev/exit-code': String(code) };
    const over = plan({ annotations, spec: { restartPolicy } }, 2000);
    expect(over.status?.phase).toBe(phase);
    expect(over.serving).toBe(false);
    expect(condition(over, 'Ready')[0]).toBe('False');
  });

  it('shows a crash loop as one', () => {
    const crashing = plan({ annotations: { 'fairlead.dev/crash-loop': 'true' } }, 1500);
    expect(crashing.status?.containerStatuses?.[0]).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    expect(crashing.nextLookMs).toBe(9500);
  });

  it('keeps running, and ready, until its program has ended or the grace period is over', () => {
    const story = (seconds: number) => ({
      annotations: { 'fairlead.dev/stop-after': '5s' },
      metadata: { deletionTimestamp: at(0), deletionGracePeriodSeconds: seconds },
    });
    const seen = { acceptedAt: born, deletingSince: born };
    const during = plan(story(30), 4999, { seen });
    expect([during.remove, during.serving, condition(during, 'Ready')[0], during.nextLookMs]).toEqual([
      false,
      true,
      'True',
      1,
    ]);
    expect(plan(story(30), 5000, { seen }).remove).toBe(true);
    expect(plan(story(2), 2000, { seen }).remove).toBe(true);
    expect(plan({ ...story(30), annotations: {} }, 0, { seen }).remove).toBe(true);
  });

  it('keeps the time of a condition that did not turn', () => {
    const first = plan({ annotations: { 'fairlead.dev/ready-after': '3s' } }, 0).status;
    const later = plan({ annotations: { 'fairlead.dev/ready-after': '3s' }, ...(first && { status: first }) }, 3000);
    const times = later.status?.conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]);
    expect(times).toEqual([
      ['PodReadyToStartContainers', at(0)],
      ['Initialized', at(0)],
      ['Ready', at(3000)],
      ['ContainersReady', at(3000)],
      ['PodScheduled', at(0)],
    ]);
  });

  it('has nothing to write once it is written, at any time and whatever the Pod says', () => {
    const text = fc.constantFrom('0s', '1s', '250ms', '3s', 'true', 'nonsense', '-1s');
    const name = fc.constantFrom('start-after', 'ready-after', 'never-ready', 'flap', 'exit-after', 'crash-loop');
    const annotations = fc
      .array(fc.tuple(name, text), { maxLength: 4 })
      .map((pairs) => Object.fromEntries(pairs.map(([key, value]) => [`fairlead.dev/${key}`, value])));
    const restartPolicy = fc.constantFrom('Always', 'OnFailure', 'Never');
    fc.assert(
      fc.property(annotations, restartPolicy, fc.nat(100_000), (said, policy, ms) => {
        const story = { annotations: said, spec: { restartPolicy: policy } };
        const { status } = plan(story, ms);
        if (status === undefined) throw new Error('a new Pod has a status to write');
        expect(plan({ ...story, status }, ms).status).toBeUndefined();
      }),
    );
  });
});
