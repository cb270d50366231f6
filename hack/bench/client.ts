/**
 * The client process: reads a target and a job from standard input, does the job, prints a report. The same code, the
 * same connections (HTTP/1.1 over TLS, one a client) and the same headers for both sides.
 */
import { text } from 'node:stream/consumers';
import { Agent } from 'undici';
import { fanOut } from './fanout-client.ts';
import type { Job, Report, Target } from './jobs.ts';
import { collections } from './objects.ts';
import { Session } from './session.ts';

const { target, job } = JSON.parse(await text(process.stdin)) as { target: Target; job: Job };
const clients = 'clients' in job ? job.clients : 'watchers' in job ? job.watchers + 1 : 1;
const agent = new Agent({
  connect: { ca: target.ca },
  allowH2: false,
  connections: clients,
  pipelining: 1,
  bodyTimeout: 0,
});
const session = new Session(target, agent);
process.stdout.write(JSON.stringify({ ms: await run(job) } satisfies Report));
await agent.destroy();

function run(job: Job): Promise<number[]> {
  switch (job.kind) {
    case 'create': {
      const { path, make } = collections[job.of];
      const create = async (name: string): Promise<void> => {
        await session.send('POST', path, JSON.stringify(make(name)), 201);
      };
      return measured(job, warmUp(job), (n) => create(`${job.prefix}-${n}`));
    }
    case 'delete': {
      const { path } = collections[job.of];
      return measured(job, warmUp(job), async (n) => {
        await session.send('DELETE', `${path}/${job.prefix}-${n}`, undefined, 200);
      });
    }
    case 'ensure':
      return ensure(job);
    case 'get':
      return measured(job, Math.floor(job.count / 10), async () => {
        await session.send('GET', job.path, undefined, 200);
      });
    case 'list':
      return lists(job);
    case 'fanout':
      return fanOut(session, job);
  }
}

function warmUp({ clients, count }: { readonly clients: number; readonly count: number }): number {
  return Math.max(clients, Math.floor(count / 10));
}

/** First `warm` operations unmeasured, then `count`; the numbers go on. */
async function measured(
  { clients, count }: { readonly clients: number; readonly count: number },
  warm: number,
  work: (n: number) => Promise<void>,
): Promise<number[]> {
  await atOnce(clients, 0, warm, work);
  const start = performance.now();
  await atOnce(clients, warm, count, work);
  return [performance.now() - start];
}

async function ensure({ of, name }: Job & { kind: 'ensure' }): Promise<number[]> {
  const { path, make } = collections[of];
  await session.send('POST', path, JSON.stringify(make(name)), [201, 409]);
  return [];
}

async function atOnce(clients: number, from: number, count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = from;
  const client = async (): Promise<void> => {
    while (next < from + count) await work(next++);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** Fails when a list is not read whole: half of one is quick. */
async function lists({ of, times, expect }: Job & { kind: 'list' }): Promise<number[]> {
  const { path } = collections[of];
  const whole = await session.send('GET', path, undefined, 200);
  const first = JSON.parse(whole) as { items: unknown[] };
  if (first.items.length < expect) throw new Error(`the list has ${first.items.length} items, not ${expect}`);
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const start = performance.now();
    const bytes = await session.drain(path);
    took.push(performance.now() - start);
    if (bytes < whole.length) throw new Error(`a list of ${whole.length} bytes ended after ${bytes}`);
  }
  return took;
}
