/**
 * Clusters that change at random, the same for the same seed: Services of every kind and the slices behind them. Nothing
 * in them is left to chance by the real proxy: no address and port is claimed twice, no endpoint is in two slices.
 */

export type Step =
  | {
      readonly verb: 'put';
      readonly path: string;
      readonly name: string;
      readonly object: Body;
      readonly status?: Body;
    }
  | { readonly verb: 'delete'; readonly path: string; readonly name: string };

type Body = Record<string, unknown>;

export const servicesPath = '/api/v1/namespaces/shop/services';
export const slicesPath = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
export const nodesPath = '/api/v1/nodes';

const serviceCount = 10;

export class Worlds {
  readonly #random: () => number;
  readonly #services = new Map<number, Body>();

  constructor(seed: number) {
    this.#random = mulberry(seed);
  }

  /** A few changes that lead to the next world. */
  next(): Step[] {
    return Array.from({ length: 1 + this.#below(4) }, () => this.#step());
  }

  #step(): Step {
    const index = this.#below(serviceCount);
    const roll = this.#random();
    if (!this.#services.has(index) || roll < 0.25) return this.#service(index);
    if (roll < 0.32) {
      this.#services.delete(index);
      return { verb: 'delete', path: servicesPath, name: `s${index}` };
    }
    if (roll < 0.38) return this.#node();
    const part = this.#below(2);
    const name = `s${index}-${part}`;
    if (roll < 0.45) return { verb: 'delete', path: slicesPath, name };
    return { verb: 'put', path: slicesPath, name, object: this.#slice(index, part) };
  }

  #service(index: number): Step {
    const type = this.#pick(['ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer']);
    const external = type !== 'ClusterIP';
    const hasExternalIP = this.#chance(0.3);
    const local = (external || hasExternalIP) && this.#chance(0.5);
    const isHealthChecked = type === 'LoadBalancer' && local;
    const ports = this.#ports(index, external);
    const affinity = this.#chance(0.25);
    const labels = this.#chance(0.06)
      ? { [this.#pick(['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless'])]: '' }
      : {};
    const object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `s${index}`, namespace: 'shop', labels },
      spec: {
        type,
        clusterIP: `10.96.7.${index + 1}`,
        clusterIPs: [`10.96.7.${index + 1}`],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports,
        internalTrafficPolicy: this.#chance(0.25) ? 'Local' : 'Cluster',
        ...(external || hasExternalIP ? { externalTrafficPolicy: local ? 'Local' : 'Cluster' } : {}),
        ...(hasExternalIP
          ? { externalIPs: [`198.51.100.${index + 1}`, ...(this.#chance(0.3) ? ['2001:db8::1'] : [])] }
          : {}),
        ...(isHealthChecked ? { healthCheckNodePort: 31_000 + index } : {}),
        ...(type === 'LoadBalancer' && this.#chance(0.4) ? { loadBalancerSourceRanges: this.#ranges() } : {}),
        ...(affinity
          ? {
              sessionAffinity: 'ClientIP',
              sessionAffinityConfig: { clientIP: { timeoutSeconds: this.#pick([5, 10_800]) } },
            }
          : { sessionAffinity: 'None' }),
      },
    };
    this.#services.set(index, object);
    const ingress = type === 'LoadBalancer' && this.#chance(0.8) ? this.#ingress(index) : [];
    return { verb: 'put', path: servicesPath, name: `s${index}`, object, status: { loadBalancer: { ingress } } };
  }

  #ports(index: number, external: boolean): Body[] {
    const count = 1 + this.#below(3);
    return Array.from({ length: count }, (_, part) => ({
      ...(count === 1 && this.#chance(0.4) ? {} : { name: `p${part}` }),
      port: 80 + part,
      protocol: this.#pick(['TCP', 'TCP', 'TCP', 'UDP', 'SCTP']),
      ...(external ? { nodePort: 30_100 + index * 10 + part } : {}),
    }));
  }

  #ranges(): string[] {
    const all = ['192.0.2.0/24', '203.0.113.0/25', '10.0.0.0/8', '2001:db8::/32'];
    return all.filter(() => this.#chance(0.5)).concat(['198.18.0.0/30']);
  }

  #ingress(index: number): Body[] {
    const ip = `203.0.113.${index + 1}`;
    const all: Body[] = [{ ip }, { ip: `203.0.113.${index + 101}`, ipMode: this.#pick(['VIP', 'Proxy']) }];
    return this.#chance(0.1) ? [{ hostname: 'lb.example.com' }] : all.slice(0, 1 + this.#below(2));
  }

  #slice(index: number, part: number): Body {
    const service = this.#services.get(index) as { spec: { ports: { name?: string; protocol: string }[] } } | undefined;
    const ports = (service?.spec.ports ?? []).filter(() => this.#chance(0.95));
    const isHinted = this.#chance(0.3);
    const node = (): string => this.#pick(['n1', 'n1', 'n2', 'n3']);
    const zones: Record<string, string> = { n1: 'z1', n2: 'z2', n3: 'z2' };
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `s${index}-${part}`, namespace: 'shop', labels: { 'kubernetes.io/service-name': `s${index}` } },
      addressType: 'IPv4',
      ports: ports.map(({ name = '', protocol }, position) => ({
        name,
        protocol,
        port: 8000 + position + this.#below(2) * 10,
      })),
      endpoints: Array.from({ length: this.#below(5) }, (_, position) => {
        const nodeName = node();
        const terminating = this.#chance(0.2);
        const serving = this.#chance(0.8);
        return {
          addresses: [`10.244.${nodeName.slice(1)}.${20 + index * 20 + part * 10 + position}`],
          conditions: { ready: serving && !terminating, serving, terminating },
          nodeName,
          zone: zones[nodeName],
          ...(isHinted && this.#chance(0.95) ? { hints: this.#hints() } : {}),
        };
      }),
    };
  }

  #hints(): Body {
    const forNodes = this.#chance(0.3) ? { forNodes: [{ name: this.#pick(['n1', 'n2']) }] } : {};
    return { forZones: [{ name: this.#pick(['z1', 'z2']) }], ...forNodes };
  }

  /** The node moves between zones. */
  #node(): Step {
    return { verb: 'put', path: nodesPath, name: 'n1', object: nodeObject(this.#pick(['z1', 'z1', 'z2'])) };
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #pick<T>(all: readonly T[]): T {
    return all[this.#below(all.length)] as T;
  }
}

export const nodeObject = (zone: string): Body => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1', 'topology.kubernetes.io/zone': zone } },
});

/** A small generator with a seed; good enough to choose with. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
