import { describe, expect, it } from '@jest/globals';
import { buildModel } from '../model/build.ts';
import type { PortPlan } from '../model/index.ts';
import { endpoint, n1, service, slice } from '../model/testdata/objects.ts';
import { Balancer } from './balancer.ts';

function plan(ips: string[], affinity?: number): PortPlan {
  const spec = {
    type: 'NodePort',
    externalTrafficPolicy: 'Local',
    ...(affinity === undefined
      ? {}
      : { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: affinity } } }),
    ports: [{ name: 'http', port: 80, nodePort: 30080 }],
  };
  const model = buildModel([service({ spec })], [slice({ endpoints: ips.map((ip) => endpoint(ip)) })], {
    family: 'IPv4',
    node: n1,
  });
  const [port] = model.ports;
  if (port === undefined) throw new Error('The Service has no port');
  return port;
}

/** A balancer at second `at.now`, shuffling nothing. */
function balancer(first: PortPlan): { made: Balancer; at: { now: number } } {
  const at = { now: 0 };
  const made = new Balancer({ now: () => at.now * 1000, random: () => 0.999 });
  made.update(first);
  return { made, at };
}

const three = ['10.244.1.1', '10.244.2.1', '10.244.2.2'];

describe('Balancer', () => {
  it('U20 goes round, and starts anew only when the members change', () => {
    const { made } = balancer(plan(three));
    const pick = (): string | undefined => made.pick('cluster', 'c')?.ip;
    expect([pick(), pick(), pick(), pick()]).toEqual([...three, three[0]]);
    made.update(plan(three));
    expect(pick()).toBe(three[1]);
    made.update(plan(three.slice(0, 2)));
    expect([pick(), pick(), pick()]).toEqual([three[0], three[1], three[0]]);
  });

  it('U20 shuffles by the given randomness', () => {
    const reversed = new Balancer({ now: () => 0, random: () => 0 });
    reversed.update(plan(three));
    expect([1, 2, 3].map(() => reversed.pick('cluster', 'c')?.ip)).toEqual([three[1], three[2], three[0]]);
  });

  it('keeps a turn of its own for the local list', () => {
    const { made } = balancer(plan(three));
    expect([made.size('cluster'), made.size('local')]).toEqual([3, 1]);
    expect([made.pick('local', 'c')?.ip, made.pick('cluster', 'c')?.ip]).toEqual([three[0], three[0]]);
  });

  it('has nobody in an empty list', () => {
    const { made } = balancer(plan([]));
    expect([made.pick('cluster', 'c'), made.size('cluster')]).toEqual([undefined, 0]);
  });

  it('S68 A1 keeps a client on its endpoint, other clients on theirs', () => {
    const { made } = balancer(plan(three, 10_800));
    const picks = ['a', 'b', 'a', 'b', 'a'].map((client) => made.pick('cluster', client)?.ip);
    expect(picks).toEqual([three[0], three[1], three[0], three[1], three[0]]);
  });

  it('S69 A3 the timeout slides with each new connection, and ends', () => {
    const { made, at } = balancer(plan(three, 5));
    const visits = [0, 2, 4, 8, 12.9, 17.9].map((now) => {
      at.now = now;
      return made.pick('cluster', 'a')?.ip;
    });
    expect(visits).toEqual([three[0], three[0], three[0], three[0], three[0], three[1]]);
  });

  it('S70 A4 a pin to an endpoint that left is replaced, then holds', () => {
    const { made } = balancer(plan(three, 60));
    made.pick('cluster', 'a');
    made.update(plan(three.slice(1), 60));
    expect([1, 2, 3].map(() => made.pick('cluster', 'a')?.ip)).toEqual([three[1], three[1], three[1]]);
  });

  it('A4 a pin that the applicable list lacks is ignored', () => {
    const { made } = balancer(plan(three, 60));
    made.pick('cluster', 'x');
    expect(made.pick('cluster', 'a')?.ip).toBe(three[1]);
    expect(made.pick('local', 'a')?.ip).toBe(three[0]);
  });

  it('A9 a failed dial moves the pin', () => {
    const { made } = balancer(plan(three, 60));
    made.pick('cluster', 'a');
    expect([made.next('cluster', 'a')?.ip, made.pick('cluster', 'a')?.ip]).toEqual([three[1], three[1]]);
  });

  it('S71 A10 honours a change of the timeout alone, and of the kind', () => {
    const { made, at } = balancer(plan(three, 60));
    made.pick('cluster', 'a');
    at.now = 30;
    made.update(plan(three, 20));
    expect(made.pick('cluster', 'a')?.ip).toBe(three[1]);
    made.update(plan(three));
    expect([made.pick('cluster', 'a')?.ip, made.pick('cluster', 'a')?.ip]).toEqual([three[2], three[0]]);
  });
});
