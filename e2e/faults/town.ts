/** A Service with a Pod that is flipped to see whether anybody follows, and as many others as are wanted. */
import assert from 'node:assert/strict';
import { eventually, type RestClient } from '../rest.ts';

const core = '/api/v1/namespaces/default';
const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/fairlead-controllers';
const slices =
  '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dweb';
const lanes = 16;

interface Slices {
  readonly items: readonly {
    readonly endpoints?: readonly { readonly conditions: { readonly ready: boolean } }[] | null;
  }[];
}

const pod = (name: string, app: string): object => ({
  metadata: { name, labels: { app } },
  spec: { nodeName: 'n', containers: [{ name: 'main', image: 'example.com/image' }] },
});

export class Town {
  readonly #rest: RestClient;
  #ready = true;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  async found(): Promise<void> {
    await this.#made('/api/v1/nodes', { metadata: { name: 'n' } });
    await this.#made(`${core}/services`, {
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    await eventually('the account that Pods need', async () => {
      const { code } = await this.#rest.get(`${core}/serviceaccounts/default`);
      return code === 200 ? true : undefined;
    });
    await this.#made(`${core}/pods`, pod('web', 'web'));
    await this.#turn();
  }

  /** Pods of no Service. */
  async grow(count: number): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < count) await this.#made(`${core}/pods`, pod(`crowd-${next++}`, 'crowd'));
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  /** Changes the readiness of the Pod, and sees its slice follow within that time. */
  async flipAndSee(seconds: number): Promise<void> {
    this.#ready = !this.#ready;
    await this.#turn();
    await eventually(
      `the slice to say ready: ${this.#ready}`,
      async () => {
        const { items } = (await this.#rest.get(slices)).body as unknown as Slices;
        const said = items.flatMap(({ endpoints }) => endpoints ?? []).map(({ conditions }) => conditions.ready);
        return said.length === 1 && said[0] === this.#ready ? true : undefined;
      },
      seconds,
    );
  }

  async holder(): Promise<string> {
    const { body } = await this.#rest.get(lease);
    const holder = String(body['spec']?.['holderIdentity'] ?? '');
    assert.notEqual(holder, '');
    return holder;
  }

  /** For so long, the Lease has that holder, and at the end was renewed within the last ten seconds of it. */
  async keepsLease(holder: string, seconds: number): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      assert.equal(await this.holder(), holder);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const { body } = await this.#rest.get(lease);
    const age = Date.now() - Date.parse(String(body['spec']?.['renewTime']));
    assert.ok(age < 10_000, `renewed ${age} ms ago`);
  }

  async #turn(): Promise<void> {
    const conditions = [{ type: 'Ready', status: this.#ready ? 'True' : 'False' }];
    const status = { phase: 'Running', podIP: '10.9.0.1', podIPs: [{ ip: '10.9.0.1' }], conditions };
    const { code } = await this.#rest.patch(`${core}/pods/web/status`, { status });
    assert.equal(code, 200);
  }

  async #made(path: string, object: object): Promise<void> {
    const { code, body } = await this.#rest.post(path, object);
    assert.equal(code, 201, JSON.stringify(body));
  }
}
