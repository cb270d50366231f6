/** Many watches in one process: how long until the last of them has an event. */
import type { Job } from './jobs.ts';
import { configMaps } from './objects.ts';
import type { Session } from './session.ts';

const name = 'fanout';
const openAtOnce = 50;
const newline = 10;

export async function fanOut(session: Session, { watchers, events }: Job & { kind: 'fanout' }): Promise<number[]> {
  await session.send('DELETE', `${configMaps.path}/${name}`, undefined, 200).catch(() => undefined);
  const created = await session.send('POST', configMaps.path, JSON.stringify(configMaps.make(name)), 201);
  const { metadata } = JSON.parse(created) as { metadata: { resourceVersion: string } };
  const path = `${configMaps.path}?watch=true&fieldSelector=metadata.name%3D${name}&resourceVersion=${metadata.resourceVersion}`;
  const arrivals = new Arrivals(watchers);
  for (let opened = 0; opened < watchers; opened += openAtOnce) {
    const size = Math.min(openAtOnce, watchers - opened);
    const streams = await Promise.all(Array.from({ length: size }, () => session.open(path)));
    for (const stream of streams) void arrivals.follow(stream);
  }
  const took: number[] = [];
  // The first is not counted: it warms both ends.
  for (let event = 0; event <= events; event += 1) {
    const patch = JSON.stringify({ data: { text: `event ${event}` } });
    const all = arrivals.all();
    const start = performance.now();
    await session.send('PATCH', `${configMaps.path}/${name}`, patch, 200, 'application/merge-patch+json');
    await all;
    if (event > 0) took.push(performance.now() - start);
  }
  return took;
}

class Arrivals {
  readonly #watchers: number;
  #waiting = 0;
  #resolve: () => void = () => undefined;

  constructor(watchers: number) {
    this.#watchers = watchers;
  }

  /** Settles when every watcher has had one more event. */
  all(): Promise<void> {
    this.#waiting = this.#watchers;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async follow(stream: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of stream) if (chunk.at(-1) === newline) this.#arrived();
    } catch {
      // The process is leaving: its connections are cut.
    }
  }

  #arrived(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#resolve();
  }
}
