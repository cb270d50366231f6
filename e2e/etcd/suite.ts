/** Three members of etcd and two of our API servers under load, while members are killed and started again. */
import assert from 'node:assert/strict';
import { checkRegister } from '../../pkg/testing/linearizability/check.ts';
import { missingPeers } from '../peers.ts';
import { eventually, type Tree } from '../rest.ts';
import { startServer, type RunningServer } from '../server.ts';
import type { Check, Suite } from '../suite.ts';
import { Allocations } from './allocations.ts';
import { Api, nameOf, versionOf } from './api.ts';
import { configMaps, Load } from './load.ts';
import { startEtcdCluster, type EtcdCluster } from './members.ts';
import { moving } from './moving.ts';
import { recordHistory } from './registers.ts';
import { securedEtcd } from './secured.ts';
import { Watcher } from './watcher.ts';

/** How long members are killed; histories that are recorded meanwhile. */
const seconds = Number(process.env['FAIRLEAD_ETCD_SECONDS'] ?? 30);
const histories = Number(process.env['FAIRLEAD_ETCD_HISTORIES'] ?? 12);

export const suite: Suite = {
  about: 'two API servers on an etcd of three members that are killed and restarted',
  missing: () => missingPeers('etcd'),
  async run(check) {
    await securedEtcd(check);
    await moving(check);
    await using cluster = await startEtcdCluster(3);
    const flags = ['--etcd-servers', cluster.endpoints.join(','), '--service-cluster-ip-range', '10.96.0.0/25'];
    const ports = ['--service-node-port-range', '30000-30063'];
    // Together, as on an empty store both make what a cluster needs.
    const [one, two] = await Promise.all([
      startServer('apiserver', ...flags, ...ports),
      startServer('apiserver', ...flags, ...ports),
    ]);
    const apis = [new Api(one), new Api(two)];
    try {
      await underFire(check, cluster, apis);
      await takingOver(check, one, apis);
    } finally {
      await Promise.all(apis.map((api) => api.close()));
      await Promise.all([one, two].map((server) => server[Symbol.asyncDispose]()));
    }
  },
};

async function underFire(check: Check, cluster: EtcdCluster, apis: readonly Api[]): Promise<void> {
  const load = new Load(apis);
  const allocations = new Allocations();
  const watchers = [...apis, ...apis].map((api) => new Watcher(api, configMaps));
  const recorded: Awaited<ReturnType<typeof recordHistory>>[] = [];
  const stopLoad = new AbortController();
  const stopWatching = new AbortController();
  const watching = watchers.map((watcher) => watcher.run(stopWatching.signal));
  const record = async (worker: number): Promise<void> => {
    for (let n = worker; n < histories; n += 4) recorded.push(await recordHistory(apis, `register-${n}`, 12));
  };
  const work = [
    ...Array.from({ length: 6 }, (_, client) => load.write(client, stopLoad.signal)),
    load.read(stopLoad.signal),
    ...Array.from({ length: 4 }, (_, client) => allocations.churn(apis, client, stopLoad.signal)),
  ];
  const registers = Promise.all([0, 1, 2, 3].map(record));
  const kills = await killInTurns(cluster, seconds, registers);
  stopLoad.abort();
  await Promise.all(work);
  const final = await eventually('a list from the first server', () => listOf(apis[0]), 60);
  const second = await eventually('a list from the second server', () => listOf(apis[1]), 60);
  const caughtUp = (): true | undefined =>
    watchers.every(({ objects }) => sameObjects(objects, second.objects)) ? true : undefined;
  await eventually('watchers that have seen all', caughtUp, 20).catch(() => undefined);
  stopWatching.abort();
  await Promise.allSettled(watching);

  await check(
    `F47: ${load.acknowledged} acknowledged writes, ${load.unknown} unknown, ${kills} members killed: none lost`,
    () => {
      assert.ok(load.acknowledged > 100, 'too little was written to show anything');
      const lost = [...load.kept].filter(
        ([name, version]) => (second.objects.get(name) ?? 0) < version && !load.deleted.has(name),
      );
      const unexplained = lost.filter(([name]) => !isMaybeDeleted(name));
      assert.deepEqual(unexplained, []);
      assert.deepEqual(
        [...load.deleted].filter((name) => second.objects.has(name)),
        [],
      );
    },
  );
  await check('K1: no version went back, no list was older than what was acknowledged before it', () => {
    assert.deepEqual(load.problems, []);
    assert.ok(second.version >= final.version);
  });
  await check(`K3: what ${watchers.length} watchers saw comes to the list, without a gap or a repetition`, () => {
    for (const watcher of watchers) {
      assert.deepEqual(watcher.problems, []);
      assert.deepEqual(diff(watcher.objects, second.objects), []);
    }
  });
  await check(
    `A31, A64: ${allocations.made} Services, ${allocations.refused} refused, no address or port twice`,
    () => {
      assert.ok(allocations.made > 20, 'too little was allocated to show anything');
      assert.deepEqual(allocations.problems, []);
    },
  );
  const full = recorded.filter((history) => history.length > 10);
  await check(`T5: ${full.length} histories of single objects are linearizable`, () => {
    assert.ok(full.length >= histories / 2, 'too few histories');
    for (const history of full) assert.deepEqual(checkRegister(history), []);
  });
}

/** Every third object of a client may have been deleted by a request that was never answered. */
const isMaybeDeleted = (name: string): boolean => Number(name.split('-')[2]) % 3 === 0;

async function killInTurns(cluster: EtcdCluster, forSeconds: number, also: Promise<unknown>): Promise<number> {
  const end = performance.now() + forSeconds * 1000;
  const recording = { over: false };
  void also.finally(() => (recording.over = true));
  let kills = 0;
  while (performance.now() < end || !recording.over) {
    const member = Math.floor(Math.random() * cluster.size);
    await new Promise((resolve) => setTimeout(resolve, 1000 + Math.random() * 1000));
    await cluster.kill(member);
    kills += 1;
    await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 1500));
    await cluster.restart(member);
  }
  await also;
  return kills;
}

/** The server that leads stops; the other collects garbage and empties namespaces. */
async function takingOver(check: Check, one: RunningServer, apis: readonly Api[]): Promise<void> {
  await check('K20: work in the background goes on when one server ends', async () => {
    const other = apis[1];
    if (other === undefined) throw new Error('no second server');
    await one[Symbol.asyncDispose]();
    await other.send('POST', '/api/v1/namespaces', { metadata: { name: 'going' } });
    await other.send('POST', '/api/v1/namespaces/going/configmaps', { metadata: { name: 'content' } });
    await other.send('DELETE', '/api/v1/namespaces/going');
    await eventually(
      'the namespace to go',
      async () => ((await other.send('GET', '/api/v1/namespaces/going')).code === 404 ? true : undefined),
      40,
    );
  });
}

interface Listed {
  readonly version: number;
  readonly objects: ReadonlyMap<string, number>;
}

async function listOf(api: Api | undefined): Promise<Listed | undefined> {
  const answer = await api?.send('GET', '/api/v1/configmaps');
  if (answer?.code !== 200 || !('body' in answer)) return undefined;
  const items = answer.body['items'] as unknown as Tree[];
  const own = items.filter((item) => String(item['metadata']?.['namespace']) === 'default');
  return { version: versionOf(answer.body), objects: new Map(own.map((item) => [nameOf(item), versionOf(item)])) };
}

const sameObjects = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  diff(a, b).length === 0;

/** Names whose versions differ. */
function diff(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
}
