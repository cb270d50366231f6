/** Brings steps to the API server, and says when both proxies must have heard of them. */
import type { RestAnswer, RestClient } from '../rest.ts';
import { servicesPath, slicesPath, type Step } from './worlds.ts';

export class Writer {
  readonly #api: RestClient;
  #fences = 0;
  /** What the server did not want, for the record. */
  readonly refused: string[] = [];

  constructor(api: RestClient) {
    this.#api = api;
  }

  async apply(step: Step): Promise<void> {
    const own = `${step.path}/${step.name}`;
    if (step.verb === 'delete') {
      await this.#api.delete(own);
      return;
    }
    const before = await this.#api.get(own);
    const answer =
      before.code === 404
        ? await this.#api.post(step.path, step.object)
        : await this.#replace(own, before, step.object);
    if (answer.code >= 300) this.refused.push(`${own}: ${JSON.stringify(answer.body)}`);
    else if (step.status !== undefined) await this.#api.patch(`${own}/status`, { status: step.status });
  }

  /** A Service cannot change everything about itself: what may not be replaced is made anew. */
  async #replace(own: string, { body }: RestAnswer, object: object): Promise<RestAnswer> {
    const { metadata } = object as { metadata: object };
    const { resourceVersion } = body['metadata'] as unknown as { resourceVersion: string };
    return this.#api.put(own, { ...object, metadata: { ...metadata, resourceVersion } });
  }

  /**
   * Writes a Service and a slice last of all. Whoever has the text in its rules has heard of everything before, since
   * each collection is told in order.
   */
  async fence(): Promise<string[]> {
    this.#fences += 1;
    const port = 10_000 + this.#fences;
    const target = 20_000 + this.#fences;
    await this.apply({
      verb: 'put',
      path: servicesPath,
      name: 'fence',
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'fence', namespace: 'shop' },
        spec: { clusterIP: '10.96.7.250', clusterIPs: ['10.96.7.250'], ports: [{ port, protocol: 'TCP' }] },
      },
    });
    await this.apply({
      verb: 'put',
      path: slicesPath,
      name: 'fence',
      object: {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: 'fence', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'fence' } },
        addressType: 'IPv4',
        ports: [{ name: '', port: target, protocol: 'TCP' }],
        endpoints: [{ addresses: ['10.244.9.9'] }],
      },
    });
    return [`${port}`, `${target}`];
  }
}
