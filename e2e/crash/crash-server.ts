/**
 * Kills `fairlead apiserver` again and again while clients write and watch, and looks at what the next one serves: each
 * acknowledged write, and to watchers the same as to who lists.
 */
import { eventually, RestClient } from '../rest.ts';
import { startServer } from '../server.ts';
import { Replay, stateOf } from './replay.ts';
import { WriteLedger } from './write-ledger.ts';

export interface ServerCrashReport {
  readonly kills: number;
  readonly acknowledged: number;
  /** Writes that were cut off and were found done, which is allowed. */
  readonly unacknowledged: number;
  readonly eventsReplayed: number;
  /** One sentence for each broken promise. */
  readonly failures: readonly string[];
}

const path = '/api/v1/namespaces/default/configmaps';
const writers = 8;
const watchers = 3;
const namesPerWriter = 10;
/** Before the watchers are compared for the first time in the life of a server. */
const quietSteps = 12;

export async function crashServer(kills: number, log: (line: string) => void): Promise<ServerCrashReport> {
  await using server = await startServer('apiserver');
  const client = RestClient.fromKubeconfig(server.kubeconfig);
  const ledger = new WriteLedger();
  const over = new AbortController();
  const replays = Array.from({ length: watchers }, () => new Replay(client, path, over.signal));
  const broken = (): string[] => [...ledger.failures, ...replays.flatMap(({ failures }) => failures)];
  const write = (steps: number): Promise<void>[] =>
    Array.from({ length: writers }, (_, writer) => writeUntilCut(client, ledger, writer, steps));
  let kill = 0;
  while (kill < kills && broken().length === 0) {
    kill += 1;
    await Promise.all(write(quietSteps));
    await audit(client, ledger, replays, kill);
    const load = write(Infinity);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    await server.kill();
    await Promise.all(load);
    await server.restart();
    await audit(client, ledger, replays, kill);
    if (kill % 10 === 0) log(`${kill} kills, ${ledger.acknowledged} acknowledged writes`);
  }
  over.abort();
  const eventsReplayed = replays.reduce((sum, { events }) => sum + events, 0);
  const { acknowledged, unacknowledged } = ledger;
  return { kills: kill, acknowledged, unacknowledged, eventsReplayed, failures: broken() };
}

/** Creates, updates and deletes names of its own in turn, until the server is gone or the steps are done. */
async function writeUntilCut(client: RestClient, ledger: WriteLedger, writer: number, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    const name = `w${writer}-${step % namesPerWriter}`;
    const attempt = ledger.begin(name, `${crypto.randomUUID()} ${'x'.repeat((step * 7919) % 4000)}`, step % 4 === 3);
    const object = { metadata: { name }, data: { value: attempt.value ?? '' } };
    try {
      const answer =
        attempt.verb === 'create'
          ? await client.post(path, object)
          : attempt.verb === 'update'
            ? await client.put(`${path}/${name}`, object)
            : await client.delete(`${path}/${name}`);
      ledger.acknowledge(attempt, answer);
    } catch {
      // The attempt stays open: whether it was done, only the next server knows.
      return;
    }
  }
}

async function audit(client: RestClient, ledger: WriteLedger, replays: readonly Replay[], kill: number): Promise<void> {
  const { body } = await client.get(path);
  ledger.compare(body);
  const shown = stateOf(body);
  for (const replay of replays) {
    const agrees = (): true | undefined => (replay.differenceTo(shown) === '' ? true : undefined);
    await eventually('a watcher to show what a list shows', agrees).catch(() =>
      ledger.failures.push(`around kill ${kill} a watcher ${replay.differenceTo(shown)}`),
    );
  }
}
