/** Objects of the stories, with just enough variety for every rule to be met. */
import type { Dice } from './dice.ts';

export type ServiceKind = 'plain' | 'headless' | 'headlessPortless' | 'external' | 'externalSelecting' | 'selectorless';

const numbered = { name: 'n', port: 80, targetPort: 8080 };
const named = { name: 'w', port: 81, targetPort: 'web' };
const udp = { name: 'u', port: 53, targetPort: 53, protocol: 'UDP' };
const apart = { name: 'n', port: 80, targetPort: 8080, appProtocol: 'http' };

export function portsOf(dice: Dice): object[] {
  return dice.pick<object[]>([[numbered], [named], [numbered, named], [numbered, udp], [apart]]);
}

export function serviceObject(dice: Dice, name: string, kind: ServiceKind, dual: boolean): object {
  const selector = dice.pick([{ app: 'web' }, { app: 'web' }, { app: 'api' }]);
  const spec = {
    plain: { selector, ports: portsOf(dice) },
    headless: { selector, ports: portsOf(dice), clusterIP: 'None' },
    headlessPortless: { selector, clusterIP: 'None' },
    external: { type: 'ExternalName', externalName: 'example.com' },
    externalSelecting: { type: 'ExternalName', externalName: 'example.com', selector },
    selectorless: { ports: portsOf(dice) },
  }[kind];
  const families = dual
    ? dice.pick<object>([
        { ipFamilyPolicy: 'RequireDualStack' },
        { ipFamilyPolicy: 'PreferDualStack' },
        { ipFamilyPolicy: 'SingleStack' },
        { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] },
      ])
    : {};
  const labels = dice.pick<Record<string, string>>([{}, { foo: 'bar' }, { 'kubernetes.io/service-name': 'forged' }]);
  return {
    metadata: { name, labels },
    spec: {
      ...spec,
      ...('type' in spec ? {} : families),
      ...(dice.once(5) ? { publishNotReadyAddresses: true } : {}),
    },
  };
}

export interface PodFacts {
  readonly name: string;
  readonly number: number;
  readonly node: string;
  readonly app: string;
}

export function podObject(dice: Dice, { name, node, app }: PodFacts, subdomain: string): object {
  const port = dice.pick([undefined, 8080, 8081]);
  const ports = port === undefined ? {} : { ports: [{ name: 'web', containerPort: port }] };
  return {
    metadata: { name, labels: { app, ...(dice.once(3) ? { tier: 'x' } : {}) } },
    spec: {
      nodeName: node,
      containers: [{ name: 'main', image: 'example.com/image', ...ports }],
      ...(dice.once(6) ? { hostname: `h-${name}`, subdomain } : {}),
    },
  };
}

export interface PodStatusFacts extends PodFacts {
  readonly seed: number;
  readonly ready: boolean;
  readonly dual: boolean;
  /** When the condition changed, after the beginning of the story. */
  readonly since: number;
}

/** Later than any object of a real cluster was created, so that nothing but stories bears such a time. */
const beginning = Date.UTC(2031, 0, 1);

export function podStatus({ number, seed, ready, dual, since }: PodStatusFacts, phase: string): object {
  const v4 = `10.${seed % 200}.${Math.floor(seed / 200) % 250}.${number}`;
  const v6 = `fd00:${(seed % 60_000).toString(16)}::${number.toString(16)}`;
  const ips = dual ? ([[v4, v6], [v6, v4], [v4], [v6]][number % 4] ?? [v4]) : [v4];
  const time = new Date(beginning + since * 1000).toISOString().replace('.000Z', 'Z');
  return {
    status: {
      phase,
      podIP: ips[0],
      podIPs: ips.map((ip) => ({ ip })),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time }],
    },
  };
}

interface EndpointsObject {
  readonly metadata: object;
  readonly subsets: readonly object[];
}

export function endpointsObject(dice: Dice, name: string, dual: boolean): EndpointsObject {
  const address = (): object => {
    const number = dice.below(6) + 1;
    const ip = dual || dice.once(4) ? `fd00:99::${number}` : `192.0.2.${number}`;
    return { ip, ...(dice.once(5) ? { hostname: `h${number}` } : {}), ...(dice.once(5) ? { nodeName: 'n0' } : {}) };
  };
  const subset = (): object => ({
    addresses: Array.from({ length: 1 + dice.below(3) }, address),
    ...(dice.once(3) ? { notReadyAddresses: [address()] } : {}),
    ports: dice.pick<object[]>([
      [{ name: 'n', port: 80 }],
      [{ name: 'm', port: 81 }],
      [
        { name: 'n', port: 80 },
        { name: 'm', port: 81, appProtocol: 'http' },
      ],
    ]),
  });
  const labels = dice.pick<Record<string, string>>([{}, { foo: 'bar' }]);
  const annotations = dice.pick<Record<string, string>>([{}, { note: 'by hand' }]);
  return {
    metadata: { name, labels, annotations },
    subsets: Array.from({ length: dice.pick([0, 1, 1, 2]) }, subset),
  };
}

/** As another controller, nobody, or somebody who pretends to be the built-in controller would write it. */
export function userSlice(dice: Dice, name: string, service: string): object {
  const manager = dice.pick(['example.com', undefined, 'endpointslice-controller.k8s.io']);
  return {
    metadata: {
      name,
      labels: {
        'kubernetes.io/service-name': service,
        ...(manager === undefined ? {} : { 'endpointslice.kubernetes.io/managed-by': manager }),
      },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['198.51.100.7'], conditions: { ready: true } }],
    ports: [{ name: 'n', port: 8080 }],
  };
}

export function nodeObject(node: { name: string; zone: string | undefined; inReckoning: boolean }): {
  object: object;
  status: object;
} {
  const { name, zone, inReckoning } = node;
  return {
    object: {
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
          ...(inReckoning ? {} : { 'node-role.kubernetes.io/control-plane': '' }),
        },
      },
    },
    status: {
      status: {
        allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
        capacity: { cpu: '4', memory: '8Gi', pods: '110' },
        conditions: [{ type: 'Ready', status: 'True', reason: 'Story', message: 'it is' }],
      },
    },
  };
}
