/** Services of every kind that endpoint controllers treat differently, Pods behind them, and changes that go on. */
import { strict as assert } from 'node:assert';
import type { RestClient, Tree } from '../rest.ts';

export const namespace = 'fixture';
const nodes = ['node-a', 'node-b', 'node-c'];
const base = `/api/v1/namespaces/${namespace}`;
const slicesPath = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;

interface ServiceSpec {
  readonly [field: string]: unknown;
}

const port = (more: object = {}): object => ({ name: 'http', port: 80, targetPort: 8080, ...more });

const kinds: readonly ((app: string) => ServiceSpec)[] = [
  (app) => ({ selector: { app }, ports: [port()] }),
  (app) => ({
    selector: { app },
    ports: [port({ targetPort: 'web' }), port({ name: 'udp', port: 53, protocol: 'UDP' })],
  }),
  (app) => ({ selector: { app }, clusterIP: 'None', ports: [port()] }),
  (app) => ({ selector: { app }, clusterIP: 'None' }),
  (app) => ({ selector: { app }, publishNotReadyAddresses: true, ports: [port()] }),
  (app) => ({ selector: { app }, type: 'NodePort', ports: [port()] }),
  () => ({ selector: { app: 'nobody' }, ports: [port()] }),
  () => ({ ports: [port()] }),
  () => ({ type: 'ExternalName', externalName: 'example.org' }),
];

export class Fixture {
  readonly #rest: RestClient;
  readonly #apps: number;
  readonly #podsPerApp: number;
  #turn = 0;

  constructor(rest: RestClient, apps: number, podsPerApp = 4) {
    this.#rest = rest;
    this.#apps = apps;
    this.#podsPerApp = podsPerApp;
  }

  get services(): number {
    return this.#apps;
  }

  async make(): Promise<void> {
    await this.#post('/api/v1/namespaces', { metadata: { name: namespace } });
    await this.#post(`${base}/serviceaccounts`, { metadata: { name: 'default' } }, [201, 409]);
    const zones = ['a', 'b', 'c'];
    for (const [at, name] of nodes.entries()) {
      await this.#post('/api/v1/nodes', { metadata: { name, labels: { 'topology.kubernetes.io/zone': zones[at] } } });
    }
    for (let app = 0; app < this.#apps; app++) {
      const spec = kinds[app % kinds.length]?.(`app-${app}`) ?? {};
      await this.#post(`${base}/services`, { metadata: { name: `svc-${app}`, labels: { app: `app-${app}` } }, spec });
      if (!('selector' in spec) && !('externalName' in spec)) await this.#mirrored(`svc-${app}`);
      for (let pod = 0; pod < this.#podsPerApp; pod++) await this.#pod(app, pod);
    }
  }

  /** One Pod turns ready or unready; the next call takes the next one. */
  async change(): Promise<void> {
    const turn = (this.#turn += 1);
    const app = turn % this.#apps;
    const pod = Math.floor(turn / this.#apps) % this.#podsPerApp;
    const round = Math.floor(turn / (this.#apps * this.#podsPerApp));
    await this.#status(app, pod, round % 2 === 1);
  }

  /** Changes until the signal aborts, so many a second. */
  async churn(perSecond: number, signal: AbortSignal): Promise<number> {
    let made = 0;
    const begun = Date.now();
    while (!signal.aborted) {
      await this.change();
      made += 1;
      const due = begun + (made * 1000) / perSecond - Date.now();
      if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    }
    return made;
  }

  /** All Endpoints and slices without what differs from one creation to the next. */
  async published(): Promise<string[]> {
    const lists = [await this.#rest.get(`${base}/endpoints`), await this.#rest.get(slicesPath)];
    return lists.flatMap(({ body }) => (body['items'] as unknown as Tree[]).map(comparable)).sort();
  }

  /** Addresses that slices call ready. */
  async readyAddresses(): Promise<number> {
    const { body } = await this.#rest.get(slicesPath);
    const endpoints = (body['items'] as unknown as Tree[]).flatMap((slice) => (slice['endpoints'] ?? []) as Tree[]);
    return endpoints.filter((endpoint) => endpoint['conditions']?.['ready'] === true).length;
  }

  /** Pairs of Service and address that slices hold, ready or not: none may be missing at any moment. */
  async addresses(): Promise<number> {
    const { body } = await this.#rest.get(slicesPath);
    const pairs = (body['items'] as unknown as Tree[]).flatMap((slice) => {
      const service = String(slice['metadata']?.['labels']?.['kubernetes.io/service-name']);
      return ((slice['endpoints'] ?? []) as Tree[]).map((one) => `${service} ${String(one['addresses']?.[0])}`);
    });
    return new Set(pairs).size;
  }

  /** A Service goes, and the Endpoints of another are not to be mirrored any more. */
  async shrink(): Promise<void> {
    await this.#rest.delete(`${base}/services/svc-${this.#apps - 2 - ((this.#apps - 2) % kinds.length)}`);
    const metadata = { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } };
    await this.#rest.patch(`${base}/endpoints/svc-${kinds.length - 2}`, { metadata });
  }

  /** Names of all Endpoints and of the Services of all slices. */
  async names(): Promise<string[]> {
    const [all, slices] = [await this.#rest.get(`${base}/endpoints`), await this.#rest.get(slicesPath)];
    return [
      ...(all.body['items'] as unknown as Tree[]).map((one) => `endpoints ${String(one['metadata']?.['name'])}`),
      ...(slices.body['items'] as unknown as Tree[]).map(
        (one) => `slice ${String(one['metadata']?.['labels']?.['kubernetes.io/service-name'])}`,
      ),
    ].sort();
  }

  async wipe(): Promise<void> {
    await this.#rest.delete(`${base}/endpoints?labelSelector=endpoints.kubernetes.io/managed-by`);
    await this.#rest.delete(slicesPath);
  }

  async #mirrored(name: string): Promise<void> {
    const subsets = [{ addresses: [{ ip: '192.0.2.7' }, { ip: '192.0.2.8' }], ports: [{ name: 'http', port: 8080 }] }];
    await this.#post(`${base}/endpoints`, { metadata: { name }, subsets });
  }

  async #pod(app: number, pod: number): Promise<void> {
    const name = `app-${app}-${pod}`;
    const ports = [{ name: 'web', containerPort: 8080 }];
    await this.#post(`${base}/pods`, {
      metadata: { name, labels: { app: `app-${app}` } },
      spec: {
        nodeName: nodes[pod % nodes.length],
        serviceAccountName: 'default',
        automountServiceAccountToken: false,
        containers: [{ name: 'c', image: 'i', ports }],
      },
    });
    await this.#status(app, pod, pod % 4 !== 3);
  }

  async #status(app: number, pod: number, ready: boolean): Promise<void> {
    const ip = `10.${100 + (app >> 8)}.${app & 255}.${pod + 1}`;
    const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '');
    const condition = { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime };
    const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [condition] };
    const { code, body } = await this.#rest.patch(`${base}/pods/app-${app}-${pod}/status`, { status });
    assert.equal(code, 200, JSON.stringify(body));
  }

  async #post(path: string, object: object, codes: readonly number[] = [201]): Promise<void> {
    const { code, body } = await this.#rest.post(path, object);
    assert.ok(codes.includes(code), JSON.stringify(body));
  }
}

const passing = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'generation']);
const triggerTime = 'endpoints.kubernetes.io/last-change-trigger-time';

function comparable(object: Tree): string {
  const metadata = Object.entries(object['metadata'] as unknown as Record<string, unknown>)
    .filter(([key]) => !passing.has(key))
    .map(([key, value]) => [key, key === 'name' && object['endpoints'] !== undefined ? '' : value] as const);
  const { [triggerTime]: _, ...annotations } = (object['metadata']?.['annotations'] ?? {}) as unknown as Record<
    string,
    string
  >;
  const rest = Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'metadata'));
  // Upstream takes endpoints out of a Go map: their order is chance.
  const { endpoints } = rest as { endpoints?: unknown[] };
  if (Array.isArray(endpoints)) {
    rest['endpoints'] = endpoints.map((endpoint) => JSON.stringify(endpoint)).sort() as unknown as Tree;
  }
  return JSON.stringify({ ...rest, metadata: { ...Object.fromEntries(metadata), annotations } });
}
