/** What the controllers write, as a client sees it in a watch: when it is complete, and when a Pod's change is in it. */
import { Agent, request } from 'undici';
import type { Target } from './jobs.ts';

interface WatchEvent {
  readonly object: {
    readonly metadata: {
      readonly namespace: string;
      readonly name: string;
      readonly labels?: Readonly<Record<string, string>>;
    };
    readonly endpoints?: readonly {
      readonly conditions?: { readonly ready?: boolean };
      readonly targetRef?: { readonly namespace?: string; readonly name?: string };
    }[];
  };
}

export class WrittenWatch implements AsyncDisposable {
  readonly #target: Target;
  readonly #agent: Agent;
  readonly #stop = new AbortController();
  readonly #seen = { endpoints: new Set<string>(), slices: new Set<string>() };
  readonly #waiting = new Map<string, number>();
  readonly #open: Promise<void>[] = [];
  /** In ms, of each change that was expected and came. */
  readonly latencies: number[] = [];

  constructor(target: Target) {
    this.#target = target;
    this.#agent = new Agent({ connect: { ca: target.ca }, allowH2: false, bodyTimeout: 0 });
  }

  /** Resolves when both watches have begun. */
  async open(): Promise<void> {
    await this.#follow('/api/v1/endpoints', ({ object: { metadata } }) => {
      this.#seen.endpoints.add(`${metadata.namespace}/${metadata.name}`);
    });
    await this.#follow('/apis/discovery.k8s.io/v1/endpointslices', (event) => this.#slice(event));
  }

  /** An Endpoints and a slice for each of so many Services. */
  isComplete(services: number): boolean {
    return this.#seen.endpoints.size >= services && this.#seen.slices.size >= services;
  }

  /** From now on until a slice says that this Pod is not ready. */
  expect(namespace: string, name: string): void {
    this.#waiting.set(`${namespace}/${name}`, performance.now());
  }

  /** How many changes have not come yet. */
  get missing(): number {
    return this.#waiting.size;
  }

  #slice({ object: { metadata, endpoints } }: WatchEvent): void {
    this.#seen.slices.add(`${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`);
    if (this.#waiting.size === 0) return;
    for (const { conditions, targetRef } of endpoints ?? []) {
      const key = `${targetRef?.namespace}/${targetRef?.name}`;
      const since = conditions?.ready === false ? this.#waiting.get(key) : undefined;
      if (since === undefined) continue;
      this.#waiting.delete(key);
      this.latencies.push(performance.now() - since);
    }
  }

  async #follow(path: string, see: (event: WatchEvent) => void): Promise<void> {
    const ask = (query: string) =>
      request(`${this.#target.url}${path}?${query}`, {
        dispatcher: this.#agent,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${this.#target.token}`,
          'user-agent': 'fairlead-bench',
        },
        signal: this.#stop.signal,
      });
    const list = await ask('limit=1');
    const { metadata } = (await list.body.json()) as { metadata: { resourceVersion: string } };
    const { body } = await ask(`watch=1&resourceVersion=${metadata.resourceVersion}`);
    this.#open.push(readLines(body.setEncoding('utf8'), see));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#open);
    await this.#agent.destroy();
  }
}

async function readLines(chunks: AsyncIterable<unknown>, see: (event: WatchEvent) => void): Promise<void> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) see(JSON.parse(line) as WatchEvent);
  }
}
