import { describe, expect, it } from '@jest/globals';
import type { Event, Lease } from '../api/types.ts';
import { events, leases } from '../api/resources.ts';
import { inProcessTransport } from '../apiserver/index.ts';
import { RestClient } from '../client/index.ts';
import { advanceSettled, VirtualClock } from '../clock/index.ts';
import { EventRecorder } from '../events/index.ts';
import { admin, testServer } from '../testing/api-server.ts';
import { Elector } from './elector.ts';
import type { Outcome } from './elector.ts';

describe('Elector and EventRecorder on a server in this process', () => {
  it('elects, renews, hands over, and leaves Events about it that the server accepts', async () => {
    const clock = new VirtualClock();
    await using server = await testServer({ clock });
    const transport = inProcessTransport(server.server.handle, admin);
    const client = new RestClient({ transport, clock });
    const recorder = new EventRecorder({ client, component: 'fairlead', clock });
    const name = { namespace: 'kube-system', name: 'fairlead-controllers' };
    const take = (identity: string) => {
      const elector = new Elector({
        client,
        name: name.name,
        identity,
        clock,
        random: () => 0.5,
        recordEvent: (lease, message) => recorder.record(lease, 'Normal', 'LeaderElection', message),
      });
      const stop = new AbortController();
      const over = elector.run({
        lead: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
        signal: stop.signal,
      });
      return { elector, stop, over };
    };
    const settle = async (ms: number) => {
      for (let turn = 0; turn < 5; turn++) await advanceSettled(clock, ms / 5);
    };

    const a = take('a');
    await settle(1000);
    const b = take('b');
    await settle(20_000);
    expect([a.elector.isLeader, b.elector.isLeader, b.elector.holder]).toEqual([true, false, 'a']);
    const held = await client.get<Lease>(leases, name);
    expect(held.spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(held.spec?.renewTime).toMatch(/^2026-01-01T00:00:\d\d\.\d{6}Z$/);

    a.stop.abort();
    await settle(500);
    expect(await a.over).toEqual({ kind: 'released' } satisfies Outcome);
    expect([b.elector.isLeader, (await client.get<Lease>(leases, name)).spec?.leaseTransitions]).toEqual([true, 1]);

    b.stop.abort();
    await settle(500);
    await b.over;
    await recorder.flushed();
    const { items } = await client.list<Event>(events, { namespace: 'kube-system' });
    expect(new Set(items.map(({ message }) => message))).toEqual(
      new Set(['a became leader', 'a stopped leading', 'b became leader', 'b stopped leading']),
    );
    expect(items[0]?.involvedObject).toMatchObject({ kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', ...name });
    await transport.close();
  });

  it('counts an Event up by a patch that the server accepts', async () => {
    await using server = await testServer();
    const transport = inProcessTransport(server.server.handle, admin);
    const client = new RestClient({ transport });
    const recorder = new EventRecorder({ client, component: 'fairlead' });
    const about = { kind: 'Service', apiVersion: 'v1', namespace: 'default', name: 'web', uid: 'u' };
    for (let i = 0; i < 3; i++) recorder.record(about, 'Warning', 'Twice', 'the same again');
    await recorder.flushed();
    const { items } = await client.list<Event>(events, { namespace: 'default' });
    expect(items.map(({ message, count }) => [message, count])).toEqual([['the same again', 3]]);
    await transport.close();
  });
});
