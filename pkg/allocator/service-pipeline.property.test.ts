/**
 * Whatever a client sends: inputs are never changed, the same request gives the same answer, what is taken was free,
 * sending the stored object again changes nothing, and the indexes always equal what the stored objects say.
 */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isHeadless, specOf } from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { formatIp } from '../ip/index.ts';
import { ipAddressFor, NodePortIndex, ownerOf, ServiceIpIndex } from './index.ts';
import {
  type Accepted,
  createService,
  deletedService,
  updateService,
  updateServiceStatus,
} from './service-pipeline.ts';
import { dualStack, type TestWorld, world } from './testdata/worlds.ts';
import type { Claim } from './world.ts';

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });

const portNumber = fc.constantFrom(53, 80, 443, 0, 70_000);
const nodePort = fc.constantFrom(0, 30_000, 30_001, 30_050, 80);
const port = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c', '', 'B'),
    port: portNumber,
    protocol: fc.constantFrom('TCP', 'UDP', '', 'tcp'),
    nodePort,
    targetPort: fc.constantFrom<(number | string)[]>(8080, 'web', 0, ''),
  },
  { requiredKeys: ['port'] },
);
const ip = fc.constantFrom('10.96.0.20', '10.96.0.21', 'fd00::5', 'None', 'x', '', '10.96.0.0');
const spec = fc.record(
  {
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'x', ''),
    ports: fc.array(port, { maxLength: 3 }),
    selector: fc.constantFrom(
      {},
      { app: 'a' },
      JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>,
    ),
    clusterIP: ip,
    clusterIPs: fc.array(ip, { maxLength: 3 }),
    ipFamilies: fc.array(fc.constantFrom('IPv4', 'IPv6', 'x'), { maxLength: 3 }),
    ipFamilyPolicy: fc.constantFrom('SingleStack', 'PreferDualStack', 'RequireDualStack', 'x'),
    externalTrafficPolicy: fc.constantFrom('Local', 'Cluster', 'x'),
    healthCheckNodePort: nodePort,
    externalIPs: fc.array(fc.constantFrom('203.0.113.7', 'x', '::1'), { maxLength: 2 }),
    allocateLoadBalancerNodePorts: fc.boolean(),
    externalName: fc.constantFrom('a.b', ''),
    sessionAffinity: fc.constantFrom('None', 'ClientIP', 'x'),
    loadBalancerClass: fc.constantFrom('x.io/y', ''),
  },
  { requiredKeys: [] },
);

type Step =
  | { kind: 'write'; name: string; spec: Service['spec']; merge: boolean }
  | { kind: 'status'; name: string; ip: string | undefined }
  | { kind: 'delete'; name: string };
const name = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      name,
      spec,
      merge: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('status' as const), name, ip: maybe(fc.constantFrom('1.2.3.4', 'x')) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), name }) },
);

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) frozen(item);
  }
  return value;
}

class Cluster {
  readonly stored = new Map<string, Service>();
  readonly world: TestWorld;

  constructor(dual: boolean, seed: number) {
    this.world = world({ ...(dual ? dualStack : {}), seed });
  }

  write(request: Service): void {
    const previous = this.stored.get(request.metadata.name ?? '');
    const decide = (): ReturnType<typeof createService> =>
      previous === undefined ? createService(request, this.world) : updateService(request, previous, this.world);
    const outcome = decide();
    if (outcome.kind === 'refused') return;
    for (const claim of outcome.take) expect(this.#isFree(claim)).toBe(true);
    this.#store(outcome, previous);
  }

  status(request: Service, previous: Service): void {
    const outcome = updateServiceStatus(request, previous);
    if (outcome.kind === 'accepted') {
      expect(specOf(outcome.service)).toEqual(specOf(previous));
      this.#store(outcome, previous);
    }
  }

  delete(key: string): void {
    const service = this.stored.get(key);
    if (service === undefined) return;
    this.stored.delete(key);
    this.#giveBack(deletedService(service), ownerOf(service));
  }

  #store({ service, take, release }: Accepted, previous: Service | undefined): void {
    const owner = ownerOf(service);
    this.world.addresses.take(take, owner);
    this.world.ports.take(take, owner);
    this.#giveBack(release, owner);
    const kept = frozen({ ...service, metadata: { ...service.metadata, resourceVersion: '1' } });
    this.stored.set(service.metadata.name ?? '', kept);
    if (previous === undefined) expect(service.status).toEqual({ loadBalancer: {} });
  }

  #giveBack(claims: readonly Claim[], owner: string): void {
    this.world.addresses.giveBack(claims, owner);
    this.world.ports.giveBack(claims, owner);
  }

  #isFree(claim: Claim): boolean {
    return claim.kind === 'clusterIP' ? !this.world.addresses.isTaken(claim.ip) : !this.world.ports.isTaken(claim.port);
  }

  check(): void {
    const services = [...this.stored.values()];
    expect(this.world.addresses.conflicts()).toEqual([]);
    expect(this.world.ports.conflicts()).toEqual([]);
    const records = services.flatMap((service) =>
      deletedService(service).flatMap((claim) =>
        claim.kind === 'clusterIP'
          ? [ipAddressFor(claim.ip, { namespace: 'n', name: service.metadata.name ?? '' })]
          : [],
      ),
    );
    const rebuilt = ServiceIpIndex.from(services, records);
    const ports = NodePortIndex.from(services);
    expect(ports.size).toBe(this.world.ports.size);
    for (const service of services) {
      for (const claim of deletedService(service)) {
        const held =
          claim.kind === 'clusterIP' ? this.world.addresses.ownersOf(claim.ip) : this.world.ports.ownersOf(claim.port);
        expect(held).toEqual([ownerOf(service)]);
        if (claim.kind === 'clusterIP')
          expect([formatIp(claim.ip), rebuilt.ownersOf(claim.ip)]).toEqual([formatIp(claim.ip), held]);
      }
    }
  }
}

const seeds = { numRuns: 120 };

describe('writes of Services', () => {
  it('keep every address and port with exactly one owner, through any history', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(10_000), fc.array(step, { maxLength: 25 }), (dual, seed, steps) => {
        const cluster = new Cluster(dual, seed);
        for (const one of steps) {
          const previous = cluster.stored.get(one.name);
          if (one.kind === 'delete') cluster.delete(one.name);
          else if (one.kind === 'status') {
            const ingress = one.ip === undefined ? [] : [{ ip: one.ip }];
            if (previous !== undefined)
              cluster.status({ ...previous, status: { loadBalancer: { ingress } } }, previous);
          } else {
            const whole = one.merge ? { ...previous?.spec, ...one.spec } : one.spec;
            cluster.write(frozen({ metadata: { name: one.name, namespace: 'n' }, spec: whole ?? {} }));
          }
        }
        cluster.check();
      }),
      seeds,
    );
  });

  it('P4, P5: answer alike every time, and change nothing when the stored object comes back', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(10_000), spec, (dual, seed, given) => {
        const request = frozen({ metadata: { name: 'a', namespace: 'n' }, spec: given ?? {} });
        const options = { ...(dual ? dualStack : {}), seed };
        const outcome = createService(request, world(options));
        expect(createService(request, world(options))).toEqual(outcome);
        if (outcome.kind === 'refused') return;
        const stored = frozen({ ...outcome.service, metadata: { ...outcome.service.metadata, resourceVersion: '1' } });
        const again = updateService(stored, stored, world(options));
        expect(again).toMatchObject({ kind: 'accepted', take: [], release: [], service: stored });
        if (!isHeadless(stored)) {
          // G37: so does the manifest that made it.
          const manifest = updateService(request, stored, world(options));
          expect(manifest).toMatchObject({ kind: 'accepted', take: [], release: [] });
        }
      }),
      seeds,
    );
  });
});
