/** Generated worlds: all of a wave at once in the API server, asked about, changed, and asked about again. */
import type { Service } from '../../pkg/api/types.ts';
import { endpoint, namespace, pod, ports, service } from '../../pkg/dns/records/testdata/build.ts';
import { eventually, type RestClient } from '../rest.ts';
import type { Comparison } from './compare.ts';
import { inLanes, Loader } from './load.ts';
import { questionsOf } from './questions.ts';
import { makeWorld, stepOf, type World } from './world.ts';

export class WorldPlay {
  readonly #rest: RestClient;
  readonly #loader: Loader;
  readonly #comparison: Comparison;
  #sentinels = 0;

  constructor(rest: RestClient, comparison: Comparison) {
    this.#rest = rest;
    this.#loader = new Loader(rest);
    this.#comparison = comparison;
  }

  async wave(seeds: readonly number[]): Promise<void> {
    const worlds = seeds.map(makeWorld);
    await this.#loader.load({
      namespaces: worlds.flatMap((world) => world.namespaces),
      services: worlds.flatMap((world) => world.services),
      endpointSlices: worlds.flatMap((world) => world.endpointSlices),
      pods: worlds.flatMap((world) => world.pods),
    });
    await this.#settle();
    const before = await this.#servicesByNamespace();
    await this.#ask(worlds, before, 'at first');
    await inLanes(worlds, (world) => this.#change(world));
    await this.#settle();
    // Addresses that were there before must be gone from reverse names, so they are asked about as well.
    const after = await this.#servicesByNamespace();
    const both = new Map([...before].map(([space, list]) => [space, [...list, ...(after.get(space) ?? [])]]));
    await this.#ask(worlds, both, 'after a change');
  }

  async #ask(worlds: readonly World[], services: ReadonlyMap<string, Service[]>, when: string): Promise<void> {
    for (const world of worlds) {
      const own = world.namespaces.flatMap(({ metadata }) => services.get(metadata.name ?? '') ?? []);
      const protocol = world.seed % 8 === 0 ? 'tcp' : 'udp';
      await this.#comparison.ask(`world ${world.seed} ${when}, ${protocol}`, questionsOf(world, own), protocol);
    }
  }

  async #change(world: World): Promise<void> {
    const step = stepOf(world);
    if (step === undefined) return;
    if (step.kind === 'delete-slice') return this.#loader.remove(step.slice, 'endpointslices');
    await this.#loader.remove(step.kind === 'delete-service' ? step.service : step.old, 'services');
    if (step.kind === 'replace-service') await this.#loader.putService(step.service);
  }

  /** Each kind has a watch of its own: an object of each, written last, says that all before it have arrived. */
  async #settle(): Promise<void> {
    this.#sentinels += 1;
    const space = `sentinel-${this.#sentinels}`;
    const ip = `10.127.${this.#sentinels >> 8}.${this.#sentinels & 255}`;
    const slice = {
      metadata: { namespace: space, name: 's', labels: { 'kubernetes.io/service-name': 's' } },
      addressType: 'IPv4',
      endpoints: [endpoint(ip)],
      ports: ports('http 80/TCP'),
    };
    const pods = [pod(`${space}/p`, [ip])];
    await this.#loader.load({
      namespaces: [namespace(space)],
      services: [service(`${space}/s`, 'None', 'http 80/TCP')],
      endpointSlices: [slice],
      pods,
    });
    const asked = [`s.${space}.svc.cluster.local.`, `${ip.replaceAll('.', '-')}.${space}.pod.cluster.local.`];
    const questions = asked.map((name) => ({ name, type: 'A' }));
    const look = async (): Promise<true | undefined> =>
      (await this.#comparison.bothKnow(questions)) ? true : undefined;
    await eventually('both servers to have seen everything', look, 120);
  }

  async #servicesByNamespace(): Promise<Map<string, Service[]>> {
    const { body } = await this.#rest.get('/api/v1/services');
    const { items } = body as unknown as { items: Service[] };
    return Map.groupBy(items, ({ metadata }) => metadata.namespace ?? '');
  }
}
