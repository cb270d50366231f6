import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Service } from '../../pkg/api/types.ts';
import { mayShare } from './holders.ts';
import { planAddresses, type Plan } from './plan.ts';
import { readPools, type LoadBalancerPool, type Pools } from './pool.ts';
import { withVerdict } from './status.ts';
import { wishOf } from './wish.ts';

/** Steps in all; the nightly run asks for a million and more. */
const steps = Number(process.env['FAIRLEAD_PROPERTY_RUNS'] ?? 10_000);
const stepsARun = 50;

type Step =
  | {
      readonly kind: 'create';
      readonly families: 0 | 1 | 2;
      readonly key: number;
      readonly port: number;
      readonly asks: number;
    }
  | { readonly kind: 'delete' | 'restart' }
  | { readonly kind: 'edit'; readonly key: number; readonly port: number }
  | { readonly kind: 'grow' | 'split' | 'disable' };

const step: fc.Arbitrary<{ readonly what: Step; readonly which: number; readonly fails: number }> = fc.record({
  what: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('create' as const),
        families: fc.constantFrom(0, 1, 2),
        key: fc.nat(3),
        port: fc.nat(3),
        asks: fc.nat(24),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'restart' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), key: fc.nat(3), port: fc.nat(3) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('grow' as const, 'split' as const, 'disable' as const) }),
    },
  ),
  which: fc.nat(100),
  fails: fc.nat(9),
});

const stacks = [
  { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
  { ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy: 'RequireDualStack' },
  { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'PreferDualStack' },
];

/** The cluster, and the controller's memory, which a restart takes. */
class World {
  services: Service[] = [];
  shape = 0;
  disabled = false;
  made = 0;
  reserved = new Map<string, Service>();
  /** Edited, and their status not written since: these may move. */
  readonly edited = new Set<string>();

  pools(): Pools {
    const at = (name: string, addresses: string[]): LoadBalancerPool => ({
      metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { addresses, disabled: this.disabled },
    });
    const shapes = [
      [at('p', ['10.0.0.1-10.0.0.6', 'fd00::1-fd00::4'])],
      [at('p', ['10.0.0.1-10.0.0.9', 'fd00::1-fd00::6'])],
      [at('q', ['10.0.0.5-10.0.0.9']), at('r', ['10.0.0.1-10.0.0.4', 'fd00::1-fd00::6'])],
    ];
    return readPools(shapes[this.shape] ?? []);
  }

  apply(what: Step, which: number): void {
    const target = this.services[which % Math.max(1, this.services.length)];
    switch (what.kind) {
      case 'create':
        if (this.services.length < 14) this.services.push(this.#make(what));
        return;
      case 'delete':
        this.services = this.services.filter((service) => service !== target);
        return;
      case 'restart':
        this.reserved.clear();
        this.services = this.services.toSorted(
          (a, b) => ((Number(a.metadata.uid) * 7 + which) % 11) - ((Number(b.metadata.uid) * 7 + which) % 11),
        );
        return;
      case 'edit': {
        if (target === undefined) return;
        const edited = edit(target, what);
        this.services = this.services.map((service) => (service === target ? edited : service));
        this.edited.add(target.metadata.uid ?? '');
        return;
      }
      case 'grow':
        this.shape = Math.max(this.shape, 1);
        return;
      case 'split':
        this.shape = 2;
        return;
      case 'disable':
        this.disabled = !this.disabled;
        return;
    }
  }

  #make({ families, key, port, asks }: Extract<Step, { kind: 'create' }>): Service {
    this.made += 1;
    const uid = String(this.made);
    const creationTimestamp = new Date(1_700_000_000_000 + this.made * 1000).toISOString();
    const wanted = asks < 9 ? { loadBalancerIP: `10.0.0.${asks + 1}` } : {};
    const made = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `s${uid}`, namespace: 'a', uid, creationTimestamp },
      spec: { type: 'LoadBalancer', ...stacks[families], ...wanted },
    } as Service;
    return edit(made, { key, port });
  }
}

function edit(service: Service, { key, port }: { key: number; port: number }): Service {
  const annotations = key === 0 ? {} : { 'fairlead.dev/allow-shared-ip': `k${key}` };
  return {
    ...service,
    metadata: { ...service.metadata, annotations },
    spec: { ...service.spec, ports: [{ port: 80 + port, protocol: 'TCP' }] },
  };
}

const addressesOf = ({ status }: Service): string[] => (status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip);

function planOf(world: World): Plan {
  const { services, reserved } = world;
  return planAddresses({
    pools: world.pools(),
    services: services.map((service) => {
      const held = reserved.get(service.metadata.uid ?? '');
      return held === undefined ? service : ({ ...service, status: held.status } as Service);
    }),
    namespaceLabels: () => ({}),
  });
}

/** L30, L35, L43: an address that was written stays with its Service, unless the Service itself changed. */
function expectNobodyMoved(plan: Plan, edited: ReadonlySet<string>): void {
  for (const { service, addresses } of plan.verdicts) {
    if (edited.has(service.metadata.uid ?? '')) continue;
    const asked = wishOf(service).addresses.length > 0;
    for (const address of addressesOf(service)) if (!asked) expect(addresses).toContain(address);
  }
}

/** L44 */
function expectNoneTwice({ verdicts }: Plan): void {
  for (const [index, one] of verdicts.entries()) {
    for (const other of verdicts.slice(index + 1)) {
      if (!one.addresses.some((address) => other.addresses.includes(address))) continue;
      expect(mayShare(one.service, other.service)).toBe(true);
    }
  }
}

/** L15 */
function expectExactCounters({ verdicts, usage }: Plan, pools: Pools): void {
  const held = new Set(verdicts.flatMap(({ addresses }) => addresses));
  const counted = [...usage.values()].flat().reduce((sum, { used }) => sum + used, 0n);
  expect(counted).toBe(BigInt(held.size));
  expect(usage.size).toBe(pools.usable.length);
  for (const { total, used } of [...usage.values()].flat()) expect(used <= total).toBe(true);
}

/** L36: nobody waits for an address that is free. */
function expectNoIdleAddresses({ verdicts, usage }: Plan): void {
  if (!verdicts.some(({ reason }) => reason === 'pool_exhausted')) return;
  const free = (family: string): bigint =>
    [...usage.values()].flat().reduce((sum, each) => (each.family === family ? sum + each.total - each.used : sum), 0n);
  for (const { reason, message } of verdicts) {
    if (reason === 'pool_exhausted') expect(free(message.includes('IPv6') ? 'IPv6' : 'IPv4')).toBe(0n);
  }
}

describe('LoadBalancer addresses under any sequence of events', () => {
  it('L30–L44: none moves, none is given twice, counters are exact, nobody waits in vain', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: stepsARun, maxLength: stepsARun }), (sequence) => {
        const world = new World();
        for (const { what, which, fails } of sequence) {
          world.apply(what, which);
          const plan = planOf(world);
          expectNobodyMoved(plan, world.edited);
          expectNoneTwice(plan);
          expectExactCounters(plan, world.pools());
          expectNoIdleAddresses(plan);
          // L52: some statuses cannot be written now; what was decided stays reserved, until a restart.
          const written = new Map<string, Service>();
          for (const [index, verdict] of plan.verdicts.entries()) {
            const uid = verdict.service.metadata.uid ?? '';
            const next = withVerdict(verdict, '') ?? verdict.service;
            if ((index + fails) % 10 === 0) world.reserved.set(uid, next);
            else {
              written.set(uid, next);
              world.reserved.delete(uid);
              world.edited.delete(uid);
            }
          }
          world.services = world.services.map((service) => written.get(service.metadata.uid ?? '') ?? service);
        }
      }),
      { numRuns: Math.ceil(steps / stepsARun) },
    );
  });
});
