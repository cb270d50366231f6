/** The query catalogue to both servers: rows with the same options share a pair of them, changes happen in between. */
import { networkInterfaces } from 'node:os';
import { systemClock } from '../../pkg/clock/index.ts';
import { connect } from '../../pkg/client/index.ts';
import { dnsSource } from '../../pkg/cmd/dns-source.ts';
import type { ZoneOptions } from '../../pkg/dns/records/index.ts';
import type { ClusterObjects } from '../../pkg/dns/records/testdata/build.ts';
import { readCatalogue, type Case } from '../../pkg/dns/records/testdata/catalogue.ts';
import { startDnsServer } from '../../pkg/dns/server/index.ts';
import type { UpstreamStub } from '../../pkg/dns/server/testdata/upstream-stub.ts';
import { InformerFactory } from '../../pkg/informer/index.ts';
import { silentLogger } from '../../pkg/logging/logger.ts';
import { MetricRegistry } from '../../pkg/metrics/index.ts';
import { eventually, RestClient } from '../rest.ts';
import type { Check } from '../suite.ts';
import { Comparison } from './compare.ts';
import { Loader, pathOf } from './load.ts';
import { startCoreDns } from './servers.ts';

export async function compareCatalogue(
  kubeconfig: string,
  upstream: UpstreamStub,
  check: Check,
  take: (comparison: Comparison) => void,
): Promise<void> {
  const rest = RestClient.fromKubeconfig(kubeconfig);
  const cluster = new ClusterContent(rest);
  const rows = readCatalogue();
  const groups = Map.groupBy(rows, (row) => JSON.stringify([row.options, row.objects]));
  let compared = 0;
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || settingsOf(first.options) === undefined) {
      const ids = group.map(({ title }) => title.split(' ')[0]).join(', ');
      console.log(`      ${ids}: CoreDNS has no such option (${JSON.stringify(first?.options)})`.slice(0, 160));
      continue;
    }
    await check(`catalogue, ${group.length} rows as ${first.title}`.slice(0, 110), async () => {
      await cluster.hold(withOwnAddress(first));
      await compareGroup(kubeconfig, upstream, group, take);
    });
    compared += group.length;
  }
  console.log(`      ${compared} of ${rows.length} rows compared, over UDP and TCP`);
  await rest.close();
}

async function compareGroup(
  kubeconfig: string,
  upstream: UpstreamStub,
  group: readonly Case[],
  take: (comparison: Comparison) => void,
): Promise<void> {
  const options = group[0]?.options ?? {};
  await using theirs = await startCoreDns({
    kubeconfig,
    zones: [...(options.zones ?? []), ...(options.reverseZones ?? []).map(({ zone }) => zone)],
    settings: settingsOf(options) ?? [],
    plugins: [`forward . ${upstream.address}`],
    bind: false,
  });
  await using connection = await connect({ path: kubeconfig });
  const [clock, log, metrics] = [systemClock, silentLogger, new MetricRegistry()];
  const informers = new InformerFactory({ client: connection.client({ component: 'dns' }), clock, log, metrics });
  const source = dnsSource(informers, { pods: (options.podMode ?? 'verified') === 'verified', alone: true });
  const life = new AbortController();
  const running = informers.run(life.signal);
  try {
    await using ours = await startDnsServer({
      ...options,
      localAddresses: ownAddresses,
      source,
      addresses: ['127.0.0.1'],
      port: 0,
      forward: { upstreams: [upstream.address], detectLoops: false },
      lameduckMs: 0,
    });
    await using comparison = await Comparison.between(theirs, ours);
    const questions = group.map(({ name, type }) => ({ name, type }));
    for (const protocol of ['udp', 'tcp'] as const) await comparison.ask(`catalogue, ${protocol}`, questions, protocol);
    take(comparison);
  } finally {
    life.abort();
    await running;
  }
}

/** CoreDNS takes its own addresses from the machine, and with `bind` it finds none and has no NS records. */
const ownAddresses = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .filter(({ internal }) => !internal)
  .map(({ address }) => address);

/** The catalogue says which address the server has; here it has another. */
function withOwnAddress({ options, objects }: Case): ClusterObjects {
  const [said] = options.localAddresses ?? [];
  const [own] = ownAddresses;
  if (said === undefined || own === undefined) return objects;
  return JSON.parse(JSON.stringify(objects).replaceAll(`"${said}"`, `"${own}"`)) as ClusterObjects;
}

/** Lines of the `kubernetes` block; undefined for options that CoreDNS does not have. */
function settingsOf(options: ZoneOptions): string[] | undefined {
  if (options.hostnamesOnlyPtr === true || options.namespaceLabels !== undefined) return undefined;
  const lines = [`ttl ${options.ttlSeconds ?? 5}`, `pods ${options.podMode ?? 'verified'}`];
  if (options.ignoreEmptyService === true) lines.push('ignore empty_service');
  if (options.endpointPodNames === true) lines.push('endpoint_pod_names');
  if (options.namespaces !== undefined) lines.push(`namespaces ${[...options.namespaces].join(' ')}`);
  const open = (options.reverseZones ?? []).filter(({ fallthrough }) => fallthrough).map(({ zone }) => zone);
  if (open.length > 0) lines.push(`fallthrough ${open.join(' ')}`);
  return lines;
}

interface Held {
  readonly text: string;
  readonly remove: () => Promise<void>;
}

/** What of the API server's content is ours, so that the next group finds its own. */
class ClusterContent {
  readonly #rest: RestClient;
  readonly #loader: Loader;
  #held = new Map<string, Held>();

  constructor(rest: RestClient) {
    this.#rest = rest;
    this.#loader = new Loader(rest);
  }

  async hold(wanted: ClusterObjects): Promise<void> {
    const kept = new Map<string, Held>();
    const fresh: ClusterObjects = { namespaces: wanted.namespaces, services: [], endpointSlices: [], pods: [] };
    for (const kind of ['services', 'endpointSlices', 'pods'] as const) {
      const resource = kind === 'endpointSlices' ? 'endpointslices' : kind;
      for (const object of wanted[kind]) {
        const path = `${pathOf(object, resource)}/${object.metadata.name ?? ''}`;
        const text = JSON.stringify(object);
        const held = this.#held.get(path);
        kept.set(path, { text, remove: () => this.#loader.remove(object, resource) });
        if (held?.text === text) continue;
        await held?.remove();
        fresh[kind].push(object as never);
      }
    }
    for (const [path, { remove }] of this.#held) if (!kept.has(path)) await remove();
    if (this.#held.size === 0) await this.#clearDefault();
    await this.#loader.load(fresh);
    this.#held = kept;
  }

  /** The server's own Service and slice make room for those of the catalogue. */
  async #clearDefault(): Promise<void> {
    const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';
    await this.#rest.delete('/api/v1/namespaces/default/services/kubernetes');
    await this.#rest.delete('/api/v1/namespaces/default/endpoints/kubernetes');
    await eventually('the API server to let go of its Service', async () => {
      await this.#rest.delete(slices);
      const { code } = await this.#rest.get('/api/v1/namespaces/default/services/kubernetes');
      return code === 404 ? true : undefined;
    });
  }
}
