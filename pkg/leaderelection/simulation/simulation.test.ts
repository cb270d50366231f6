import { describe, expect, it, jest } from '@jest/globals';
import type { ElectorConfig } from '../election.ts';
import { defaultTimings } from '../timings.ts';
import { overlaps } from './acting.ts';
import { everyFault, noFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { OurMachine } from './our-machine.ts';
import { UpstreamMachine } from './upstream-machine.ts';
import { World } from './world.ts';

/** `hack/simulate-elections.ts` sets it for the long run. */
const histories = Number(process.env['FAIRLEAD_HISTORIES'] ?? 1000);
jest.setTimeout(5000 + histories * 20);

const config = (identity: string): ElectorConfig => ({
  identity,
  lease: { namespace: 'kube-system', name: 'fairlead-controllers' },
  timings: defaultTimings,
});

const ours = (guardedMs: number) => (identity: string) => new OurMachine(config(identity), guardedMs);
const upstream = (identity: string) => new UpstreamMachine(config(identity));

function countOverlaps(
  seeds: number,
  faults: Faults,
  make: ConstructorParameters<typeof World>[0]['make'],
  minutes = 2,
) {
  let overlapping = 0;
  let led = 0;
  const failing: number[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const stretches = new World({ seed, electors: 2 + (seed % 4), faults, make }).run(minutes * 60_000);
    led += stretches.length;
    if (overlaps(stretches).length === 0) continue;
    overlapping += 1;
    failing.push(seed);
  }
  return { overlapping, led, failing: failing.slice(0, 5) };
}

describe('simulated elections', () => {
  it(`F21, F23, F24, F26 never have two that may act, guarded requests of 3 s included (${histories} histories)`, () => {
    const { overlapping, led, failing } = countOverlaps(histories, everyFault, ours(3000));
    expect({ overlapping, failing }).toEqual({ overlapping: 0, failing: [] });
    expect(led).toBeGreaterThan(histories);
  });

  it('F20 never have two that may begin to act, with clocks 20 % off', () => {
    const { overlapping, failing } = countOverlaps(histories / 4, { ...everyFault, rateSkew: 0.1 }, ours(0));
    expect({ overlapping, failing }).toEqual({ overlapping: 0, failing: [] });
  });

  it('F25 never have two that may act when the lease is deleted under those who saw it', () => {
    const faults = { ...noFaults, slowShare: 0.05, slowMs: 3000, deletions: 1 };
    const { overlapping, failing } = countOverlaps(histories / 5, faults, ours(3000));
    expect({ overlapping, failing }).toEqual({ overlapping: 0, failing: [] });
  });

  it.each([
    ['LE11 slow answers and a partition', { ...noFaults, slowShare: 0.4, slowMs: 10_000, partitions: 1 }],
    ['LE12 another name on the lease', { ...noFaults, strangers: 1, strangerSeconds: 5 }],
    ['LE14 a process that stood still', { ...noFaults, pauses: 1 }],
    ['everything together', everyFault],
  ])('%s: the algorithm of client-go has two, ours in the same histories has not', (_, faults) => {
    expect(countOverlaps(300, faults, upstream).overlapping).toBeGreaterThan(0);
    expect(countOverlaps(300, faults, ours(3000)).overlapping).toBe(0);
  });

  it("LE13 who has lost gives back what is somebody else's with client-go, so that a third comes in; never with ours", () => {
    const faults = { ...noFaults, slowShare: 0.5, slowMs: 4000, pauses: 0.5 };
    const thirds = (make: typeof upstream | ReturnType<typeof ours>) => {
      const found = { stray: 0, overlapping: 0 };
      for (let seed = 0; seed < 300; seed++) {
        const world = new World({ seed, electors: 4, faults, make });
        const overlapping = overlaps(world.run(120_000)).length > 0;
        found.stray += world.strayReleases;
        if (world.strayReleases > 0 && overlapping) found.overlapping += 1;
      }
      return found;
    };
    const theirs = thirds(upstream);
    expect(theirs.stray).toBeGreaterThan(0);
    expect(theirs.overlapping).toBeGreaterThan(0);
    expect(thirds(ours(3000))).toEqual({ stray: 0, overlapping: 0 });
  });
});

describe('simulated failover', () => {
  /** Time without anybody in office after the leader ended at 60 s, for many seeds. */
  function gaps(end: (world: World, leader: World['processes'][number]) => void, watchlessShare: number): number[] {
    const found: number[] = [];
    for (let seed = 0; seed < 80; seed++) {
      const world = new World({ seed, electors: 3, faults: { ...noFaults, watchlessShare }, make: ours(3000) });
      const endsAt = 60_000 + seed * 13;
      world.time.at(endsAt, () => {
        const leader = world.processes.find(({ machine }) => machine.isLeading);
        if (leader !== undefined) end(world, leader);
      });
      const next = world.run(120_000).find(({ start }) => start > endsAt);
      found.push((next?.start ?? Number.POSITIVE_INFINITY) - endsAt);
    }
    return found.sort((a, b) => a - b);
  }

  it('§4.6 after a crash a standby that watches leads within 16 s', () => {
    const sorted = gaps((world, leader) => world.crash(leader), 0);
    expect(sorted[0]).toBeGreaterThan(12_900);
    expect(sorted.at(-1)).toBeLessThan(16_000);
  });

  it('LE21 without any watch polling still elects, no later than client-go', () => {
    expect(gaps((world, leader) => world.crash(leader), 1).at(-1)).toBeLessThan(23_200);
  });

  it('LE10, F30 after a graceful stop one leads within half a second', () => {
    expect(gaps((world, leader) => world.stop(leader), 0).at(-1)).toBeLessThan(500);
  });
});
