/**
 * The tracker against its yardstick: after any history of events and checkouts its model equals the one built from the
 * objects that are left, and the changes it announced, applied to a plain map, come to the same.
 */
import { describe, expect, it } from '@jest/globals';
import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  shuffledSubarray,
  subarray,
} from 'fast-check';
import type { Endpoint, EndpointSlice, Service } from '../../api/types.ts';
import { buildModel } from './build.ts';
import type { Conflict } from './claims.ts';
import type { PortPlan } from './plan.ts';
import { servicePortKey } from './service-port.ts';
import { endpoint, n1, service, slice } from './testdata/objects.ts';
import { ProxyTracker, type NodeModel } from './tracker.ts';

const names = constantFrom('a', 'b', 'c', '__proto__');

const services = record({
  namespace: constantFrom('x', 'x-y'),
  name: names,
  labels: constantFrom({}, {}, {}, { 'service.kubernetes.io/service-proxy-name': 'other' }),
  spec: record({
    type: constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
    clusterIP: constantFrom('10.96.0.1', '10.96.0.2', '10.96.0.3', 'None', 'fd00::1'),
    externalIPs: subarray(['198.51.100.7', '198.51.100.8', '10.96.0.1']),
    externalTrafficPolicy: constantFrom('Cluster', 'Local'),
    internalTrafficPolicy: constantFrom('Cluster', 'Local'),
    ports: shuffledSubarray([
      { name: 'p', protocol: 'TCP', port: 80, nodePort: 30080 },
      { name: 'q', protocol: 'TCP', port: 81 },
      { name: 'p', protocol: 'UDP', port: 80, nodePort: 30080 },
    ]),
    topologyKeys: constantFrom<string[]>([], [], ['kubernetes.io/hostname', '*'], ['rack']),
  }),
}).map(service);

const endpoints = record({
  ip: constantFrom('10.244.1.1', '10.244.1.2', '10.244.2.1', '10.244.2.10'),
  ready: boolean(),
  serving: boolean(),
  terminating: boolean(),
  zones: constantFrom([], ['z1'], ['z2']),
}).map(({ ip, ready, serving, terminating, zones }): Endpoint =>
  endpoint(ip, {
    conditions: { ready, serving, terminating },
    hints: { forZones: zones.map((name) => ({ name })) },
  }),
);

const slices = record({
  namespace: constantFrom('x', 'x-y'),
  name: constantFrom('s1', 's2', 's3'),
  service: names,
  addressType: constantFrom('IPv4', 'IPv4', 'IPv4', 'IPv6'),
  ports: subarray([
    { name: 'p', protocol: 'TCP', port: 8080 },
    { name: 'q', protocol: 'TCP', port: 8081 },
    { name: 'p', protocol: 'UDP', port: 8080 },
  ]),
  endpoints: array(endpoints, { maxLength: 4 }),
}).map(slice);

type Step =
  | { kind: 'service'; object: Service }
  | { kind: 'slice'; object: EndpointSlice }
  | { kind: 'drop service' | 'drop slice'; pick: number }
  | { kind: 'zone'; zone: string }
  | { kind: 'checkout' };

const steps = array(
  oneof(
    services.map((object): Step => ({ kind: 'service', object })),
    slices.map((object): Step => ({ kind: 'slice', object })),
    slices.map((object): Step => ({ kind: 'slice', object })),
    integer({ min: 0, max: 9 }).map((pick): Step => ({ kind: 'drop service', pick })),
    integer({ min: 0, max: 9 }).map((pick): Step => ({ kind: 'drop slice', pick })),
    constantFrom('z1', 'z2').map((zone): Step => ({ kind: 'zone', zone })),
    constant<Step>({ kind: 'checkout' }),
  ),
  { maxLength: 40, size: 'max' },
);

/** Runs a history on a tracker, on plain maps of objects, and on a map fed by the announced changes. */
class History {
  readonly tracker = new ProxyTracker({ family: 'IPv4', node: n1 });
  readonly services = new Map<string, Service>();
  readonly slices = new Map<string, EndpointSlice>();
  readonly announced = new Map<string, PortPlan>();
  #node = n1;

  run(step: Step): void {
    switch (step.kind) {
      case 'service':
        this.services.set(keyOf(step.object), step.object);
        this.tracker.applyService(step.object);
        break;
      case 'slice':
        this.slices.set(keyOf(step.object), step.object);
        this.tracker.applySlice(step.object);
        break;
      case 'drop service':
        this.#drop(this.services, step.pick, (key) => this.tracker.removeService(key));
        break;
      case 'drop slice':
        this.#drop(this.slices, step.pick, (key) => this.tracker.removeSlice(key));
        break;
      case 'zone':
        this.#node = { name: 'n1', labels: { ...n1.labels, 'topology.kubernetes.io/zone': step.zone } };
        this.tracker.setNode(this.#node);
        break;
      case 'checkout':
        this.checkout();
    }
  }

  checkout(): void {
    const { updated, removed } = this.tracker.checkout();
    for (const { service: port } of removed) expect(this.announced.delete(servicePortKey(port))).toBe(true);
    for (const plan of updated) this.announced.set(servicePortKey(plan.service), plan);
  }

  rebuilt(): NodeModel {
    const options = { family: 'IPv4', node: this.#node } as const;
    return buildModel([...this.services.values()], [...this.slices.values()], options);
  }

  #drop(
    objects: Map<string, Service | EndpointSlice>,
    pick: number,
    remove: (key: { namespace: string; name: string }) => void,
  ): void {
    const [key, object] = [...objects][pick] ?? [];
    if (key === undefined || object === undefined) return;
    objects.delete(key);
    remove({ namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' });
  }
}

const keyOf = ({ metadata }: Service | EndpointSlice): string => `${metadata.namespace}/${metadata.name}`;

/** What back ends can see of a plan; flags that explain a list may be those of an older, equal one. */
const visible = ({
  service: port,
  endpoints: all,
  cluster,
  local,
  reachable,
  internal,
  external,
  destinations,
}: PortPlan) => ({
  port,
  all: all.map(({ text, ready, serving, terminating, local: here }) => ({ text, ready, serving, terminating, here })),
  lists: [cluster, local, reachable].map((list) => list.map(({ text }) => text)),
  verdicts: [internal, external],
  destinations,
});

const named = ({ destination, loser, winner }: Conflict): string =>
  `${destination.kind} ${destination.ip} ${destination.port} ${servicePortKey(loser)} ${servicePortKey(winner)}`;

describe('ProxyTracker', () => {
  it('equals a rebuild after any history, and so do the changes it announced', () => {
    assert(
      property(steps, (history) => {
        const run = new History();
        for (const step of history) run.run(step);
        run.checkout();
        const [model, rebuilt] = [run.tracker.model(), run.rebuilt()];
        expect(model.ports.map(visible)).toEqual(rebuilt.ports.map(visible));
        expect(model.conflicts.map(named).sort()).toEqual(rebuilt.conflicts.map(named).sort());
        expect(new Set(run.announced.values())).toEqual(new Set(model.ports));
        run.checkout();
        expect(run.tracker.hasPending).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});

describe('buildModel', () => {
  it('does not depend on the order of objects, and changes none of them', () => {
    const objects = record({ all: array(services, { maxLength: 6 }), parts: array(slices, { maxLength: 6 }) });
    assert(
      property(objects, ({ all, parts }) => {
        const options = { family: 'IPv4', node: n1 } as const;
        const distinct = <T extends Service | EndpointSlice>(list: T[]): T[] => [
          ...new Map(list.map((object) => [keyOf(object), object])).values(),
        ];
        const [someServices, someSlices] = [distinct(all), distinct(parts)];
        const before = JSON.stringify([someServices, someSlices]);
        const forward = buildModel(someServices, someSlices, options);
        expect(buildModel(someServices.toReversed(), someSlices.toReversed(), options)).toEqual(forward);
        expect(JSON.stringify([someServices, someSlices])).toBe(before);
      }),
    );
  });
});
