/** What the suite does to a cluster, and how it plays the kubelets: bound Pods get an address and are ready at once. */
import assert from 'node:assert/strict';
import { eventually, type RestClient, type Tree } from '../rest.ts';

export type Resource =
  | 'services'
  | 'pods'
  | 'endpoints'
  | 'configmaps'
  | 'serviceaccounts'
  | 'replicasets'
  | 'deployments'
  | 'endpointslices';

const groups = new Map<Resource, string>([
  ['replicasets', 'apps'],
  ['deployments', 'apps'],
  ['endpointslices', 'discovery.k8s.io'],
]);

const template = (app: string, image: string): object => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'c', image, ports: [{ containerPort: 80 }] }] },
});

export class Namespace {
  readonly name: string;
  readonly #rest: RestClient;
  readonly #nodes: readonly string[];

  constructor(rest: RestClient, name: string, nodes: readonly string[]) {
    this.#rest = rest;
    this.name = name;
    this.#nodes = nodes;
  }

  async make(): Promise<void> {
    await this.#done(201, this.#rest.post('/api/v1/namespaces', { metadata: { name: this.name } }));
  }

  async end(): Promise<void> {
    await this.#done(200, this.#rest.delete(`/api/v1/namespaces/${this.name}`));
  }

  async exists(): Promise<boolean> {
    return (await this.#rest.get(`/api/v1/namespaces/${this.name}`)).code === 200;
  }

  path(resource: Resource, name = ''): string {
    const group = groups.get(resource);
    const root = group === undefined ? '/api/v1' : `/apis/${group}/v1`;
    return `${root}/namespaces/${this.name}/${resource}${name === '' ? '' : `/${name}`}`;
  }

  async list(resource: Resource, selector = ''): Promise<readonly Tree[]> {
    const { body } = await this.#rest.get(`${this.path(resource)}?labelSelector=${encodeURIComponent(selector)}`);
    return (body['items'] ?? []) as readonly Tree[];
  }

  async get(resource: Resource, name: string): Promise<Tree | undefined> {
    const { code, body } = await this.#rest.get(this.path(resource, name));
    return code === 200 ? body : undefined;
  }

  create(resource: Resource, object: object): Promise<Tree> {
    return this.#done(201, this.#rest.post(this.path(resource), object));
  }

  patch(resource: Resource, name: string, change: object): Promise<Tree> {
    return this.#done(200, this.#rest.patch(this.path(resource, name), change));
  }

  delete(resource: Resource, name: string, query = ''): Promise<Tree> {
    return this.#done(200, this.#rest.delete(`${this.path(resource, name)}${query}`));
  }

  async deploy(app: string, replicas: number, image = 'one'): Promise<void> {
    const spec = { replicas, selector: { matchLabels: { app } }, template: template(app, image) };
    await this.create('deployments', { metadata: { name: app }, spec });
  }

  async serve(app: string): Promise<void> {
    await this.create('services', { metadata: { name: app }, spec: { selector: { app }, ports: [{ port: 80 }] } });
  }

  /** Waits, playing the kubelets meanwhile. */
  until(what: string, look: () => Promise<boolean>): Promise<true> {
    return eventually(`${what} in ${this.name}`, async () => {
      await this.#playKubelets();
      return (await look()) ? true : undefined;
    });
  }

  /** Addresses that the slices of a Service call ready. */
  async ready(service: string): Promise<number> {
    const slices = await this.list('endpointslices', `kubernetes.io/service-name=${service}`);
    const endpoints = slices.flatMap((slice) => (slice['endpoints'] ?? []) as readonly Tree[]);
    return endpoints.filter((endpoint) => endpoint['conditions']?.['ready'] === true).length;
  }

  async #playKubelets(): Promise<void> {
    for (const { metadata, spec, status } of await this.list('pods')) {
      const name = String(metadata?.['name']);
      if (metadata?.['deletionTimestamp'] !== undefined) {
        await this.#rest.delete(`${this.path('pods', name)}?gracePeriodSeconds=0`);
      } else if (spec?.['nodeName'] === undefined) {
        const node = this.#nodes[numberOf(name) % this.#nodes.length];
        await this.#rest.post(`${this.path('pods', name)}/binding`, {
          metadata: { name },
          target: { kind: 'Node', name: node },
        });
      } else if (status?.['podIP'] === undefined) {
        await this.#rest.patch(`${this.path('pods', name)}/status`, { status: running(name) });
      }
    }
  }

  async #done(expected: number, call: Promise<{ code: number; body: Tree }>): Promise<Tree> {
    const { code, body } = await call;
    assert.equal(code, expected, JSON.stringify(body));
    return body;
  }
}

/** The same number for the same name, so that addresses stay. */
function numberOf(name: string): number {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return sum;
}

function running(name: string): object {
  const number = numberOf(name);
  const ip = `10.244.${number >> 8}.${number & 255}`;
  const now = new Date().toISOString().replace(/\.\d+/, '');
  return {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    startTime: now,
    conditions: ['Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: now,
    })),
  };
}
