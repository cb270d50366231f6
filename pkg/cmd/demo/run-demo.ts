/**
 * `fairlead demo`: the walk through a Service that the Kubernetes literature gives, from an empty machine, with real
 * sockets. Each line after a `$` is run; what follows is its answer. Nothing is left behind.
 */
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminKubeconfig, writePrivateFile } from '../../apiserver/index.ts';
import type { DemoFlags } from '../demo.ts';
import { startLocalCluster, type LocalCluster } from '../local-cluster.ts';
import { RouteBook } from '../route-book.ts';
import { explainInWords } from '../run-explain.ts';
import { defaultNodePortRange, defaultServiceCidr } from '../server-options.ts';
import { annotatePod, createDeployment, expose, get, kubectlOf, type KubectlCommand } from './kubectl.ts';
import { until } from './until.ts';

const name = 'hostnames';
const headless = 'hostnames-headless';
const domain = 'cluster.local';
const replicas = 3;
const slicesPath = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const podsPath = '/api/v1/namespaces/default/pods';
const ofService = `kubernetes.io/service-name=${name}`;
/** Two in three misses each time: fifty tries without the third Pod do not happen. */
const mostRequests = 50;

export async function runDemo({ proxyMode, say }: DemoFlags & { say: (text: string) => void }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-demo-'));
  try {
    using book = new RouteBook(join(folder, 'routes.json'), () => {});
    await using cluster = await startLocalCluster({
      dataDir: folder,
      port: 0,
      dnsPort: 0,
      dns: true,
      nodes: replicas,
      proxyMode,
      page: false,
      pagePort: 0,
      clusterDomain: domain,
      serviceClusterIpRange: [defaultServiceCidr],
      serviceNodePortRange: defaultNodePortRange,
      serviceIpQuarantine: 0,
      onRoutes: (routes) => book.update(routes),
    });
    await walk(cluster, book, folder, say);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function walk(
  cluster: LocalCluster,
  book: RouteBook,
  folder: string,
  say: (text: string) => void,
): Promise<void> {
  const kubeconfig = join(folder, 'kubeconfig');
  writePrivateFile(kubeconfig, adminKubeconfig(cluster.server.url, cluster.server.identity));
  const kubectl = kubectlOf(cluster, kubeconfig, folder);
  const play = async (command: KubectlCommand): Promise<void> => {
    say(`$ kubectl ${command.words.join(' ')}`);
    say(`${await kubectl.run(command)}\n`);
  };
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${cluster.dnsPort}`]);
  const dig = async (service: string): Promise<void> => {
    const full = `${service}.default.svc.${domain}`;
    say(`$ dig @127.0.0.1 -p ${cluster.dnsPort} +short ${full}`);
    say(`${(await resolver.resolve4(full)).toSorted().join('\n')}\n`);
  };
  const serving = (count: number): Promise<void> =>
    until(cluster.source, `${count} Pods behind ${name}`, ({ slices, endpoints }) => {
      const ours = slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
      const ready = ours.flatMap((slice) => slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready);
      const listed = endpoints.find(({ metadata }) => metadata.name === name)?.subsets ?? [];
      return ready.length === count && listed.flatMap(({ addresses }) => addresses ?? []).length === count;
    });

  say(`# A cluster of ${replicas} simulated nodes in this process, at ${cluster.server.url}.`);
  if (!kubectl.isReal) say('# kubectl is not installed here: Fairlead answers its lines from the same API server.');
  say('\n# Three Pods that answer with their own name, and one Service for them.\n');
  await play(createDeployment({ name, image: 'registry.k8s.io/serve_hostname', replicas, port: 9376 }));
  await play(expose({ deployment: name, name, port: 80, targetPort: 9376, headless: false }));
  await serving(replicas);
  await play(get({ resource: 'service', path: '/api/v1/namespaces/default/services', named: name }));
  await play(get({ resource: 'pods', path: podsPath, selector: `app=${name}`, wide: true }));
  await play(get({ resource: 'endpointslices', path: slicesPath, selector: ofService }));

  const route = await book.find('default', name);
  say(
    `# The Service is ${route.ip}:${route.port}; on this machine that is ${route.listen.host}:${route.listen.port}.\n`,
  );
  await curlUntilAll(route.listen, replicas, say);
  await dig(name);

  say('# A headless Service has no address of its own: DNS gives those of the Pods.\n');
  await play(expose({ deployment: name, name: headless, port: 80, targetPort: 9376, headless: true }));
  await until(cluster.source, `slices of ${headless}`, ({ slices }) =>
    slices.some(({ metadata, endpoints }) => metadata.name?.startsWith(headless) && endpoints?.length === replicas),
  );
  await dig(headless);

  say('# One Pod fails its readiness probe: it leaves the Service, and comes to no harm.\n');
  const pod = podNames(cluster)[0] ?? '';
  await play(annotatePod(pod, 'fairlead.dev/never-ready', 'true'));
  await serving(replicas - 1);
  await play(get({ resource: 'endpoints', path: '/api/v1/namespaces/default/endpoints', named: name }));
  await curlUntilAll(route.listen, replicas - 1, say);
  say(`$ fairlead explain ${name}`);
  say(`${explained(cluster)}\n`);
  say('# That was all; the cluster, its addresses and its files are gone.');
}

function podNames({ source }: LocalCluster): string[] {
  return source
    .view()
    .pods.flatMap(({ metadata }) => metadata.name ?? [])
    .toSorted();
}

/** One connection after the other, until so many Pods have answered. */
async function curlUntilAll(
  { host, port }: { readonly host: string; readonly port: number },
  count: number,
  say: (text: string) => void,
): Promise<void> {
  const heard = new Set<string>();
  say(`$ until all ${count} have answered; do curl -s http://${host}:${port}/; done`);
  for (let sent = 0; heard.size < count; sent++) {
    if (sent === mostRequests) throw new Error(`only ${[...heard].join(', ')} answered ${sent} requests`);
    const answer = await fetch(`http://${host}:${port}/`, { headers: { connection: 'close' } });
    const text = (await answer.text()).trim();
    say(text);
    heard.add(text);
  }
  say('');
}

function explained({ source }: LocalCluster): string {
  const { services, slices, pods, nodes } = source.view();
  const service = services.find(({ metadata }) => metadata.name === name);
  return service === undefined ? `There is no Service ${name}.` : explainInWords({ service, slices, pods, nodes });
}
