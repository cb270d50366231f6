import { describe, expect, it } from '@jest/globals';
import type { Lease } from '../api/types.ts';
import { decide as decideAt } from './decide.ts';
import { initialState } from './election.ts';
import type { ElectorConfig, ElectorState, Observation, Step } from './election.ts';
import { maySend } from './leader.ts';
import { claimedLease, microTime, newLease, releasedLease } from './lease-record.ts';
import type { Instant } from './lease-record.ts';
import { checkTimings, defaultTimings } from './timings.ts';
import { UpstreamMachine } from './simulation/upstream-machine.ts';

const config: ElectorConfig = {
  identity: 'me',
  lease: { namespace: 'kube-system', name: 'fairlead-controllers' },
  timings: defaultTimings,
};
const decide = (state: ElectorState, observation: Observation, now: Instant, chance: number): Step =>
  decideAt(state, observation, { config, now, chance });
const wall = Date.UTC(2026, 0, 1);
const at = (seconds: number) => ({ monotonic: seconds * 1000, wall: wall + seconds * 1000 });

/** A record held by somebody, renewed so often. */
function held(holder: string, version: number, spec: Lease['spec'] = {}): Lease {
  const lease = newLease(config.lease, holder, 15_000, at(version));
  return {
    ...lease,
    metadata: { ...lease.metadata, resourceVersion: String(version) },
    spec: { ...lease.spec, ...spec },
  };
}

/** Plays observations at their times; the last step is the answer. */
function play(...events: readonly (readonly [seconds: number, observation: Observation])[]): Step {
  let step: Step = { state: initialState };
  for (const [seconds, observation] of events) step = decide(step.state, observation, at(seconds), 0.5);
  return step;
}

const timer: Observation = { kind: 'timer' };
const read = (lease?: Lease): Observation => ({ kind: 'read', lease });
const watched = (lease?: Lease): Observation => ({ kind: 'watched', lease });
const written = (lease: Lease, sentSeconds: number): Observation => ({
  kind: 'written',
  lease,
  sentAt: sentSeconds * 1000,
});
const took = [0, written(held('me', 1), 0)] as const;

describe('decide: candidate', () => {
  it('LE4 begins with a read, and polls every 2 to 4.4 seconds', () => {
    expect(play([0, timer]).command).toEqual({ kind: 'read' });
    for (const [chance, ms] of [
      [0, 2000],
      [0.5, 3200],
      [1, 4400],
    ] as const) {
      expect(decide(initialState, read(held('other', 1)), at(0), chance).command).toEqual({ kind: 'wait', ms });
    }
  });

  it('LE4 creates what is absent', () => {
    expect(play([0, read()]).command).toEqual({
      kind: 'create',
      lease: {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { namespace: 'kube-system', name: 'fairlead-controllers' },
        spec: {
          holderIdentity: 'me',
          leaseDurationSeconds: 15,
          acquireTime: '2026-01-01T00:00:00.000000Z',
          renewTime: '2026-01-01T00:00:00.000000Z',
          leaseTransitions: 0,
        },
      },
    });
  });

  it('LE5 takes over after the duration that the record names, since it saw this content, and not before', () => {
    const other = held('other', 1, { leaseDurationSeconds: 20 });
    expect(play([10, read(other)], [29.9, read(other)]).command).toEqual({ kind: 'wait', ms: expect.closeTo(100) });
    const { command } = play([10, read(other)], [30, read(other)]);
    expect(command).toMatchObject({ kind: 'update', lease: { metadata: { resourceVersion: '1' } } });
  });

  it('LE5 starts its count anew at any change of content, not at a change of labels', () => {
    const again = held('other', 3, { renewTime: microTime(wall + 99_000) });
    expect(play([0, read(held('other', 1))], [14, read(again)], [16, read(again)]).command?.kind).toBe('wait');
    const other = held('other', 1);
    const labelled = { ...other, metadata: { ...other.metadata, resourceVersion: '2', labels: { a: 'b' } } };
    expect(play([0, read(other)], [14, read(labelled)], [15, read(labelled)]).command?.kind).toBe('update');
  });

  it('LE5, F19 looks at no time that is written in a record', () => {
    const future = held('other', 1, { renewTime: '2999-01-01T00:00:00.000000Z' });
    expect(play([0, read(future)], [15, read(future)]).command?.kind).toBe('update');
  });

  it('LE9 takes at once what has no holder or no duration', () => {
    for (const spec of [{ holderIdentity: '' }, { leaseDurationSeconds: 0 }]) {
      expect(play([0, read(held('other', 1, spec))]).command?.kind).toBe('update');
    }
    const bare: Lease = { metadata: { name: 'x', resourceVersion: '1' } };
    expect(play([0, read(bare)]).command?.kind).toBe('update');
  });

  it('takes what is its own already, after an answer that never came', () => {
    expect(play([0, timer], [1, { kind: 'failed' }], [3, read(held('me', 1))]).command).toMatchObject({
      kind: 'update',
      lease: { spec: { leaseTransitions: 0 } },
    });
  });

  it('waits out a holder whose lease was deleted', () => {
    expect(play([0, read(held('other', 1))], [14, read()]).command).toEqual({ kind: 'wait', ms: 1000 });
    expect(play([0, read(held('other', 1))], [15, read()]).command?.kind).toBe('create');
  });

  it('LE19 keeps trying after refusals and failures', () => {
    for (const kind of ['refused', 'failed'] as const) {
      const { state, command } = play([0, timer], [0, { kind }]);
      expect([state.phase, command]).toEqual(['candidate', { kind: 'wait', ms: 3200 }]);
    }
  });

  it('LE21 reacts to a watched release within 100 ms, and to a renewal by waiting for its end', () => {
    const freed = held('', 2);
    expect(play([0, read(held('other', 1))], [1, watched(freed)]).command).toEqual({ kind: 'wait', ms: 50 });
    expect(play([0, read(held('other', 1))], [1, watched(held('other', 2))]).command).toEqual({
      kind: 'wait',
      ms: 3200,
    });
    expect(play([0, timer], [1, watched(freed)]).command).toBeUndefined();
  });

  it('is not misled by a watch that shows an older state', () => {
    const { state } = play([0, read(held('other', 5))], [1, watched(held('', 4))]);
    expect(state.seen?.lease.spec?.holderIdentity).toBe('other');
  });
});

describe('decide: leader', () => {
  it('LE11 counts from before the renewal was sent', () => {
    const { state, command } = play([4, written(held('me', 1), 1)]);
    expect([state.phase, state.renewalSentAt, command]).toEqual(['leader', 1000, { kind: 'wait', ms: 500 }]);
  });

  it('does not take office on an answer that came after the renew deadline', () => {
    expect(play([12, written(held('me', 1), 2)])).toMatchObject({
      state: { phase: 'candidate' },
      command: { kind: 'read' },
    });
  });

  it('LE6, LE7 renews optimistically, keeping beginning and count', () => {
    const mine = held('me', 7, { leaseTransitions: 3 });
    const { command } = play([0, written(mine, 0)], [2, timer]);
    expect(command).toEqual({
      kind: 'update',
      lease: { ...mine, spec: { ...mine.spec, renewTime: microTime(at(2).wall) } },
    });
  });

  it('LE7 reads after a conflict and goes on when its name still stands', () => {
    expect(play(took, [2, timer], [3, { kind: 'refused' }]).command).toEqual({ kind: 'read' });
    expect(play(took, [2, timer], [3, { kind: 'refused' }], [3, read(held('me', 2))]).command).toMatchObject({
      kind: 'update',
      lease: { metadata: { resourceVersion: '2' } },
    });
  });

  it('LE12, F24 loses the moment another name is seen, whether read or watched', () => {
    for (const lease of [held('other', 2), held('', 2), held('me', 2, { leaseDurationSeconds: 1 })]) {
      for (const event of [read(lease), watched(lease)]) {
        expect(play(took, [2, timer], [3, event])).toMatchObject({
          state: { phase: 'lost' },
          command: { kind: 'lose' },
        });
      }
    }
  });

  it('LE12 client-go goes on until its deadline', () => {
    const machine = new UpstreamMachine(config);
    machine.step(written(held('me', 1), 0), at(0), 0.5);
    machine.step(timer, at(2), 0.5);
    machine.step({ kind: 'refused' }, at(2), 0.5);
    machine.step(read(held('other', 2)), at(2), 0.5);
    expect(machine.isLeading).toBe(true);
    machine.step({ kind: 'deadline' }, at(12), 0.5);
    expect(machine.isLeading).toBe(false);
  });

  it('is not misled by a watch that lags behind its own renewals', () => {
    const { state, command } = play(
      [0, written(held('me', 5), 0)],
      [1, watched(held('other', 4))],
      [1, watched(held('me', 5))],
    );
    expect([state.phase, command]).toEqual(['leader', undefined]);
  });

  it('F26 gives up ten seconds after the last renewal was sent', () => {
    const failing = [
      [2, timer],
      [7, { kind: 'failed' }],
    ] as const;
    expect(play(took, ...failing, [9.9, { kind: 'deadline' }]).state.phase).toBe('leader');
    expect(play(took, ...failing, [10, { kind: 'deadline' }])).toMatchObject({
      state: { phase: 'lost' },
      command: { kind: 'lose', because: 'the renew deadline passed' },
    });
  });

  it('LE8, F25 writes the lease anew when it is gone, and is in doubt until that succeeded', () => {
    const { state, command } = play([0, written(held('me', 4, { leaseTransitions: 3 }), 0)], [1, watched()]);
    expect(command).toMatchObject({
      kind: 'create',
      lease: { spec: { holderIdentity: 'me', leaseTransitions: 3, acquireTime: microTime(at(4).wall) } },
    });
    expect(maySend(config, state, 0, 1000)).toBe(false);
    const back = decide(state, written(held('me', 6), 1), at(1.1), 0.5);
    expect(maySend(config, back.state, 0, 1200)).toBe(true);
    expect(play(took, [2, timer], [2.5, watched()], [3, { kind: 'refused' }]).command).toEqual({ kind: 'read' });
  });

  it('LE18 never comes back', () => {
    const lost = play(took, [3, read(held('other', 2))]).state;
    for (const event of [timer, read(), written(held('me', 9), 3), watched(held('', 9))]) {
      expect(decide(lost, event, at(4), 0.5)).toEqual({ state: lost });
    }
  });
});

describe('maySend', () => {
  const leader: ElectorState = { ...initialState, phase: 'leader', renewalSentAt: 0 };

  it('LE15 lets out what is over before anybody else could lead, and nothing after the renew deadline', () => {
    expect(
      [10_499, 10_500, 10_501].map((ms) =>
        maySend({ ...config, timings: { ...defaultTimings, renewDeadlineMs: 11_000 } }, leader, 3000, ms),
      ),
    ).toEqual([true, true, false]);
    expect([9999, 10_000].map((ms) => maySend(config, leader, 0, ms))).toEqual([true, false]);
    expect(maySend(config, leader, 13_501, 0)).toBe(false);
  });

  it('lets nothing out of who does not lead', () => {
    for (const phase of ['candidate', 'lost'] as const) expect(maySend(config, { ...leader, phase }, 0, 0)).toBe(false);
  });
});

describe('lease record', () => {
  it('IN27 writes six fractional digits', () => {
    expect([microTime(0), microTime(1.25), microTime(wall + 448)]).toEqual([
      '1970-01-01T00:00:00.000000Z',
      '1970-01-01T00:00:00.001250Z',
      '2026-01-01T00:00:00.448000Z',
    ]);
  });

  it('LE6, CL12 counts a take-over and keeps every field it does not know', () => {
    const lease = { ...held('other', 4, { leaseTransitions: 3, strategy: 'OldestEmulationVersion' }), extra: 1 };
    expect(claimedLease(lease, 'me', 15_000, at(9))).toEqual({
      ...lease,
      spec: {
        ...lease.spec,
        holderIdentity: 'me',
        acquireTime: microTime(at(9).wall),
        renewTime: microTime(at(9).wall),
        leaseTransitions: 4,
      },
    });
  });

  it('LE10 releases with an empty holder and one second', () => {
    expect(releasedLease(held('me', 4, { leaseTransitions: 3 }), at(9)).spec).toEqual({
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: microTime(at(9).wall),
      renewTime: microTime(at(9).wall),
      leaseTransitions: 3,
    });
  });
});

describe('checkTimings', () => {
  it.each([
    ['three positive times', { retryPeriodMs: 0 }],
    ['whole seconds', { leaseDurationMs: 15_500 }],
    ['longer than the renew deadline', { leaseDurationMs: 10_000 }],
    ['1.2 times', { renewDeadlineMs: 2400 }],
    ['two retry periods', { leaseDurationMs: 13_000 }],
  ])('LE2 asks for %s', (expected, wrong) => {
    expect(() => checkTimings({ ...defaultTimings, ...wrong })).toThrow(expected);
  });

  it('LE2 accepts the defaults', () => {
    expect(() => checkTimings(defaultTimings)).not.toThrow();
  });
});
