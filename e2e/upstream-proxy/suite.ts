/**
 * Ours and the real kube-proxy on two nodes that are alike, fed by one API server: the rules are the same after every
 * change, and so is what becomes of connections. FAIRLEAD_WORLDS sets how many changes (300).
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { askKernel } from '../../pkg/proxy/apply/testdata/ask-kernel.ts';
import { whyNot } from '../../pkg/proxy/apply/testdata/namespaces.ts';
import { scenarios } from '../../pkg/proxy/testdata/scenarios/index.ts';
import type { Scenario } from '../../pkg/proxy/testdata/scenarios/scenario.ts';
import { missingPeers, startRealControlPlane } from '../peers.ts';
import { eventually, RestClient } from '../rest.ts';
import type { Check, Suite } from '../suite.ts';
import { openWayOut } from './bridge.ts';
import { startProxyNode, type Cluster, type Mode, type ProxyNode } from './node.ts';
import { difference, rulesetOf } from './rulesets.ts';
import { nodeObject, nodesPath, Worlds } from './worlds.ts';
import { Writer } from './writer.ts';

const worldCount = Number(process.env['FAIRLEAD_WORLDS'] ?? 300);
/** FAIRLEAD_MODE picks one of the two. */
const modes = (['iptables', 'nftables'] as const).filter((mode) => (process.env['FAIRLEAD_MODE'] ?? mode) === mode);
const seed = Number(process.env['FAIRLEAD_SEED'] ?? 20_261_124);

export const suite: Suite = {
  about: 'our node proxy beside the real kube-proxy: the same rules in the kernel, the same answers to packets',
  missing: async () =>
    missingPeers('etcd', 'kube-apiserver', 'kube-proxy') ?? (await whyNot('iptables', 'nft', 'conntrack')),
  run: async (check) => {
    await using plane = await startRealControlPlane();
    const port = Number(new URL(plane.url).port);
    const wayOut = join(plane.folder, 'api.sock');
    const server = await openWayOut(wayOut, port);
    const api = RestClient.fromKubeconfig(plane.kubeconfig);
    try {
      await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
      await api.post(nodesPath, nodeObject('z1'));
      const address = { type: 'InternalIP', address: '192.0.2.10' };
      await api.patch(`${nodesPath}/n1/status`, { status: { addresses: [address] } });
      const cluster = { kubeconfig: plane.kubeconfig, port, wayOut, folder: plane.folder };
      for (const mode of modes) await compare(mode, cluster, new Writer(api), api, check);
    } finally {
      server.close();
      await api.close();
      rmSync(wayOut, { force: true });
    }
  },
};

async function compare(mode: Mode, cluster: Cluster, writer: Writer, api: RestClient, check: Check): Promise<void> {
  await clear(api);
  await using theirs = await startProxyNode('theirs', mode, cluster);
  await using ours = await startProxyNode('ours', mode, cluster);
  const nodes = [theirs, ours];
  await sameRules(mode, nodes, writer, 'the first sync');
  // kube-proxy 1.36 can miss the zone its Node begins with: it adds the handler before it registers who is to be told.
  for (const zone of ['z9', 'z1'])
    await writer.apply({ verb: 'put', path: nodesPath, name: 'n1', object: nodeObject(zone) });
  await check(`${mode}: ${worldCount} worlds, seed ${seed}, leave the same rules`, async () => {
    const worlds = new Worlds(seed);
    for (let world = 1; world <= worldCount; world += 1) {
      const steps = worlds.next();
      for (const step of steps) await writer.apply(step);
      await sameRules(mode, nodes, writer, `world ${world}: ${JSON.stringify(steps)}`);
      if (world % 50 === 0) console.log(`      ${mode}: ${world} worlds are the same`);
    }
    if (writer.refused.length > worldCount / 10) throw new Error(`refused: ${writer.refused.slice(0, 5).join('\n')}`);
  });
  await clear(api);
  await writer.apply({ verb: 'put', path: nodesPath, name: 'n1', object: nodeObject('z1') });
  const wanted = scenarios.filter(isPlain);
  await check(`${mode}: ${wanted.length} scenarios meet the same fate on both nodes`, async () => {
    const problems: string[] = [];
    const refused: string[] = [];
    for (const scenario of wanted) {
      const before = writer.refused.length;
      problems.push(...(await sameFate(mode, nodes, writer, api, scenario)));
      if (writer.refused.length > before) refused.push(scenario.id);
    }
    if (refused.length > 0) console.log(`      ${mode}: the API server has none of ${refused.join(', ')}`);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    if (refused.length > 5) throw new Error(`too many scenarios are refused: ${writer.refused.join('\n')}`);
  });
}

/** Both have what was written last, and nothing else differs. */
async function sameRules(mode: Mode, nodes: readonly ProxyNode[], writer: Writer, what: string): Promise<void> {
  const fence = await writer.fence();
  let last = '';
  try {
    await eventually('the same rules', async () => {
      const [theirs = [], ours = []] = await Promise.all(nodes.map(({ network }) => rulesetOf(network, mode)));
      const passed = [theirs, ours].every((lines) => fence.every((text) => lines.some((line) => line.includes(text))));
      last = passed
        ? difference(theirs, ours)
        : `the fence ${fence.join(' ')} is not in both\n${difference(theirs, ours)}`;
      return last === '' ? true : undefined;
    });
  } catch {
    throw new Error(`${what}\n${last}`);
  }
}

/** What a running proxy can be told by objects alone. Topology keys are ours: kube-proxy and its API have forgotten them. */
function isPlain({ options = {}, services }: Scenario): boolean {
  const fields = services.flatMap(({ spec = {} }) => Object.keys(spec));
  return Object.keys(options).length === 0 && !fields.includes('topologyKeys');
}

async function sameFate(
  mode: Mode,
  nodes: readonly ProxyNode[],
  writer: Writer,
  api: RestClient,
  { id, services, slices, expectations }: Scenario,
): Promise<string[]> {
  await clear(api);
  const refusedBefore = writer.refused.length;
  const path = (object: { metadata: { namespace?: string } }, group: string, resource: string): string =>
    `${group}/namespaces/${object.metadata.namespace ?? 'shop'}/${resource}`;
  for (const service of services) {
    const { status, ...object } = structuredClone(service);
    await writer.apply({
      verb: 'put',
      path: path(service, '/api/v1', 'services'),
      name: service.metadata.name ?? '',
      object: { apiVersion: 'v1', kind: 'Service', ...object },
      ...(status === undefined ? {} : { status: { ...status } }),
    });
  }
  for (const slice of slices)
    await writer.apply({
      verb: 'put',
      path: path(slice, '/apis/discovery.k8s.io/v1', 'endpointslices'),
      name: slice.metadata.name ?? '',
      object: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', ...slice },
    });
  await sameRules(mode, nodes, writer, id);
  // What the API server did not take cannot be asked about.
  if (writer.refused.length > refusedBefore) return [];
  const problems: string[] = [];
  for (const { network } of nodes) await network.onNode('conntrack', ['-F']);
  for (const each of expectations) {
    const expected = (each.but?.[mode] ?? each.expect).split(', ').sort().join(', ');
    const [theirs, ours] = await Promise.all(nodes.map(({ network }) => askKernel(network, each, expected)));
    if (theirs !== ours || ours !== expected)
      problems.push(`${id} ${each.from} → ${each.to}: theirs ${theirs}, ours ${ours}, expected ${expected}`);
  }
  return problems;
}

async function clear(api: RestClient): Promise<void> {
  for (const resource of [
    '/api/v1/namespaces/shop/services',
    '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices',
  ]) {
    const { body } = await api.get(resource);
    const items = body['items'] as unknown as { metadata: { name: string } }[];
    for (const { metadata } of items) await api.delete(`${resource}/${metadata.name}`);
  }
}
