import { describe, expect, it } from '@jest/globals';
import { RestClient } from '../client/index.ts';
import { ScriptedTransport } from '../client/testdata/scripted-transport.ts';
import { advanceSettled, promisesSettled, sleep, VirtualClock } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import { services } from '../api/resources.ts';
import { MetricRegistry } from '../metrics/index.ts';
import { Elector, newIdentity } from './elector.ts';
import type { ElectorOptions, Outcome } from './elector.ts';
import { fenceTransport, NotLeaderError, openFence } from './fence.ts';
import type { Fence } from './fence.ts';
import { suspendAwareClock } from './suspend-aware-clock.ts';
import { LeaseWire } from './testdata/lease-transport.ts';

const name = 'fairlead-controllers';

interface Running {
  readonly elector: Elector;
  readonly stop: AbortController;
  readonly told: string[];
  outcome: Outcome | Error | undefined;
  fence: Fence | undefined;
}

/** An elector on the wire whose work goes on until it is told to end, and then takes a moment. */
function start(
  wire: LeaseWire,
  clock: VirtualClock,
  identity: string,
  options: Partial<ElectorOptions> = {},
  cleanUpMs = 0,
) {
  const client = new RestClient({ transport: wire.transport(identity), clock, maxRetries: 0 });
  const elector = new Elector({ client, name, identity, clock, random: () => 0.5, ...options });
  const running: Running = { elector, stop: new AbortController(), told: [], outcome: undefined, fence: undefined };
  const lead = async (fence: Fence): Promise<void> => {
    running.fence = fence;
    running.told.push('started');
    await new Promise<void>((resolve) => fence.signal.addEventListener('abort', () => resolve(), { once: true }));
    await sleep(clock, cleanUpMs);
    running.told.push('ended');
  };
  elector
    .run({ lead, onNewLeader: (who) => void running.told.push(`leader ${who}`), signal: running.stop.signal })
    .then(
      (outcome) => (running.outcome = outcome),
      (error: unknown) => (running.outcome = error as Error),
    );
  return running;
}

async function pair(cleanUpMs = 0) {
  const clock = new VirtualClock();
  const wire = new LeaseWire();
  const a = start(wire, clock, 'a', {}, cleanUpMs);
  await advanceSettled(clock, 10);
  const b = start(wire, clock, 'b');
  await advanceSettled(clock, 10_000);
  return { clock, wire, a, b };
}

describe('Elector', () => {
  it('writes a Lease that client-go understands, and renews it every two seconds without a read', async () => {
    const clock = new VirtualClock();
    const wire = new LeaseWire();
    const a = start(wire, clock, 'host_1');
    await advanceSettled(clock, 4500);
    expect(a.told).toEqual(['leader host_1', 'started']);
    expect(wire.arrived.map(({ method }) => method)).toEqual(['GET', 'POST', 'LIST', 'PUT', 'PUT']);
    expect(wire.writes('host_1')[0]).toEqual({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'kube-system', name },
      spec: {
        holderIdentity: 'host_1',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:00:00.000000Z',
        leaseTransitions: 0,
      },
    });
    expect(wire.writes('host_1')[2]?.spec?.renewTime).toBe('2026-01-01T00:00:04.000000Z');
  });

  it('lets one lead and tells the other who', async () => {
    const { a, b } = await pair();
    expect([a.elector.isLeader, b.elector.isLeader, b.elector.holder]).toEqual([true, false, 'a']);
    expect(b.told).toEqual(['leader a']);
    expect([a.fence?.permits(3000), b.elector.fence.permits(3000)]).toEqual([true, false]);
  });

  it('F26 a leader without a server loses ten seconds after its last renewal left, another leads after fifteen', async () => {
    const { clock, wire, a, b } = await pair();
    const lastRenewal = Date.parse(wire.server.lease?.spec?.renewTime ?? '');
    wire.cut('a');
    await advanceSettled(clock, lastRenewal + 9999 - clock.now());
    expect([a.outcome, a.elector.isLeader]).toEqual([undefined, true]);
    await advanceSettled(clock, 1);
    expect(a.outcome).toEqual({ kind: 'lost', because: 'the renew deadline passed' });
    expect(a.elector.fence.signal.reason).toBeInstanceOf(NotLeaderError);
    await advanceSettled(clock, 4999);
    expect(b.elector.isLeader).toBe(false);
    await advanceSettled(clock, 100);
    expect(b.elector.isLeader).toBe(true);
    expect(wire.server.lease?.spec?.leaseTransitions).toBe(1);
  });

  it('LE10, F30 renews while its work ends, then releases, and another leads at once', async () => {
    const { clock, wire, a, b } = await pair(5000);
    a.stop.abort();
    await advanceSettled(clock, 4999);
    expect([a.told.at(-1), b.elector.isLeader, wire.server.lease?.spec?.holderIdentity]).toEqual([
      'started',
      false,
      'a',
    ]);
    await advanceSettled(clock, 1);
    expect([a.told.at(-1), a.outcome]).toEqual(['ended', { kind: 'released' }]);
    const release = wire.writes('a').at(-1)?.spec;
    expect(release).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
    await advanceSettled(clock, 100);
    expect([b.elector.isLeader, wire.server.lease?.spec?.leaseTransitions]).toEqual([true, 1]);
    expect(clock.nextDue()).toBeDefined();
    b.stop.abort();
    await advanceSettled(clock, 0);
    expect([b.outcome, clock.nextDue()]).toEqual([{ kind: 'released' }, undefined]);
  });

  it('LE12, F24 loses at once when a stranger writes the lease, and LE13 leaves the stranger alone', async () => {
    const { clock, wire, a } = await pair();
    const lease = wire.server.lease;
    if (lease === undefined) throw new Error('no lease');
    wire.server.update({ ...lease, spec: { ...lease.spec, holderIdentity: 'stranger' } });
    await promisesSettled();
    expect(a.outcome).toEqual({ kind: 'lost', because: 'stranger holds the lease' });
    a.stop.abort();
    await advanceSettled(clock, 5000);
    expect(wire.server.lease?.spec?.holderIdentity).toBe('stranger');
  });

  it('F25 writes a deleted lease again and stays, while others wait', async () => {
    const { clock, wire, a, b } = await pair();
    wire.server.delete();
    await advanceSettled(clock, 5000);
    expect([a.elector.isLeader, b.elector.isLeader, wire.server.lease?.spec?.holderIdentity]).toEqual([
      true,
      false,
      'a',
    ]);
  });

  it('a candidate ends when it is told to, and takes back what it may have written', async () => {
    const { clock, b } = await pair();
    b.stop.abort();
    await advanceSettled(clock, 0);
    expect([b.outcome, b.told]).toEqual([{ kind: 'stopped' }, ['leader a']]);

    const wire = new LeaseWire();
    const early = start(wire, clock, 'early');
    while (wire.server.lease === undefined) await Promise.resolve();
    early.stop.abort();
    await advanceSettled(clock, 1);
    expect(wire.server.lease.spec?.holderIdentity).toBe('');
  });

  it('releases when the work ends by itself, and passes its error on', async () => {
    const clock = new VirtualClock();
    const wire = new LeaseWire();
    const client = new RestClient({ transport: wire.transport('a'), clock });
    const elector = new Elector({ client, name, identity: 'a', clock });
    const run = elector.run({ lead: () => Promise.reject(new Error('broken')), signal: new AbortController().signal });
    await expect(run).rejects.toThrow('broken');
    expect(wire.server.lease?.spec?.holderIdentity).toBe('');
    expect(elector.isLeader).toBe(false);
  });

  it('LE25, LE26 tells of itself by event and metrics', async () => {
    const clock = new VirtualClock();
    const metrics = new MetricRegistry();
    const events: string[] = [];
    const wire = new LeaseWire();
    const a = start(wire, clock, 'a', {
      metrics,
      recordEvent: (lease, message) => void events.push(`${lease.metadata.name}: ${message}`),
    });
    const status = metrics.gauge({ name: 'leader_election_master_status', help: '' }).with({ name });
    const remaining = metrics.gauge({ name: 'leader_election_deadline_seconds', help: '' }).with({ name });
    expect(status.value).toBe(0);
    await advanceSettled(clock, 1000);
    expect([status.value, remaining.value]).toEqual([1, 9]);
    a.stop.abort();
    await advanceSettled(clock, 1000);
    expect(status.value).toBe(0);
    expect(events).toEqual([`${name}: a became leader`, `${name}: a stopped leading`]);
  });

  it('OB2 is a problem only when it thinks that it leads long after its lease is over', async () => {
    const { clock, stood } = standingClock();
    const a = start(new LeaseWire(), clock, 'a', { clock: stood.clock });
    await advanceSettled(clock, 100);
    expect(a.elector.problem()).toBeUndefined();
    stood.still(34_000);
    expect(a.elector.problem()).toBeUndefined();
    stood.still(1000);
    expect(a.elector.problem()).toBe('the lease was last renewed too long ago');
  });

  it('LE1, LE2, LE23 makes its own identity and refuses what cannot work', () => {
    expect(newIdentity()).toMatch(/^.+_[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(newIdentity()).not.toBe(newIdentity());
    const client = new RestClient({ transport: new LeaseWire().transport('x') });
    expect(() => new Elector({ client, name: 'kube-controller-manager' })).toThrow('belongs to Kubernetes itself');
    const timings = { leaseDurationMs: 10_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 };
    expect(() => new Elector({ client, name, timings })).toThrow('expected a lease duration longer');
  });

  it('F21 a process that stood still for a minute sends nothing, and loses with its first timer', async () => {
    const { clock, stood } = standingClock();
    const wire = new LeaseWire();
    const a = start(wire, clock, 'a', { clock: stood.clock });
    await advanceSettled(clock, 100);
    const writes = wire.writes('a').length;
    stood.still(60_000);
    expect([a.fence?.permits(0), a.elector.isLeader]).toEqual([false, true]);
    await advanceSettled(clock, 2000);
    expect(a.outcome).toEqual({ kind: 'lost', because: 'the renew deadline passed' });
    expect(wire.writes('a')).toHaveLength(writes);
  });
});

/** A clock by which a process can stand still: time passes, no timer of its own runs. */
function standingClock() {
  const clock = new VirtualClock();
  let stoodMs = 0;
  const stood: Clock = {
    now: () => clock.now() + stoodMs,
    monotonic: () => clock.monotonic() + stoodMs,
    after: (ms, callback) => clock.after(ms, callback),
  };
  return { clock, stood: { clock: stood, still: (ms: number) => void (stoodMs += ms) } };
}

describe('fenceTransport', () => {
  function fenced(permits: (requestMs: number) => boolean) {
    const inner = new ScriptedTransport(() => ({ body: { metadata: { name: 'x' } } }));
    const leading = new AbortController();
    let refused = 0;
    const fence: Fence = { permits, signal: leading.signal };
    const transport = fenceTransport(inner, { fence, requestMs: 3000, onRefused: () => void (refused += 1) });
    const clock = new VirtualClock();
    return { inner, leading, clock, refused: () => refused, client: new RestClient({ transport, clock }) };
  }
  const web = { metadata: { name: 'web', namespace: 'default' } };
  const key = { name: 'web', namespace: 'default' };

  it('LE15 lets reads pass always, and writes only while they are certain to end in time', async () => {
    const asked: number[] = [];
    let open = true;
    const { client, inner, refused } = fenced((ms) => asked.push(ms) > 0 && open);
    await client.create(services, web);
    open = false;
    await client.get(services, key);
    const writes = [
      client.create(services, web),
      client.update(services, web),
      client.patch(services, key, 'merge', {}),
      client.delete(services, key),
    ];
    for (const write of writes) await expect(write).rejects.toBeInstanceOf(NotLeaderError);
    expect(inner.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect([refused(), asked]).toEqual([4, [3000, 3000, 3000, 3000, 3000]]);
  });

  it('LE15 asks again before each repetition', async () => {
    let open = true;
    const inner = new ScriptedTransport(() => ({ status: 503, headers: { 'retry-after': '1' }, body: '{}' }));
    const clock = new VirtualClock();
    const fence = { permits: () => open, signal: new AbortController().signal };
    const client = new RestClient({ transport: fenceTransport(inner, { fence }), clock });
    const write = client.create(services, web).catch((error: unknown) => error);
    await promisesSettled();
    open = false;
    await advanceSettled(clock, 1000);
    expect(await write).toBeInstanceOf(NotLeaderError);
    expect(inner.requests).toHaveLength(1);
  });

  it('LE18 aborts what is under way when leading is over, and sends nothing after', async () => {
    const { client, inner, leading } = fenced(() => true);
    const stuck = new ScriptedTransport(() => new Promise(() => {}));
    const fence = { permits: () => true, signal: leading.signal };
    const request = { method: 'PUT', path: '/x', headers: {}, streaming: false };
    void fenceTransport(stuck, { fence }).request(request);
    leading.abort(new NotLeaderError('lost'));
    expect(stuck.requests[0]?.signal?.aborted).toBe(true);
    await expect(client.create(services, web)).rejects.toBeInstanceOf(NotLeaderError);
    expect(inner.requests).toHaveLength(0);
  });

  it('stands open without election', () => {
    expect([openFence.permits(1e9), openFence.signal.aborted]).toEqual([true, false]);
  });
});

describe('suspendAwareClock', () => {
  it('§4.3 counts the time that the machine slept', async () => {
    const clock = new VirtualClock();
    let slept = 0;
    const aware = suspendAwareClock(clock, () => (clock.monotonic() + slept) / 1000 + 77);
    await clock.advance(5000);
    expect(aware.monotonic()).toBe(5000);
    slept = 600;
    expect(aware.monotonic()).toBe(5000);
    slept = 60_000;
    expect(aware.monotonic()).toBe(65_000);
    await clock.advance(1000);
    expect(aware.monotonic()).toBe(66_000);
    expect(aware.now()).toBe(clock.now());
  });
});
