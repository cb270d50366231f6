/**
 * What a watcher believes: a list once, and events from there on. A server that was killed may say that it does not
 * know an old version any more (L22), as kube-apiserver does; then a list begins anew, as informers do it, and must not
 * take back anything the watcher was told.
 */
import type { RestClient, Tree } from '../rest.ts';

export class Replay {
  events = 0;
  /** One sentence for each event that a later list knows nothing of. */
  readonly failures: string[] = [];
  #version = 0;
  #standing = new Map<string, string>();
  readonly #client: RestClient;
  readonly #path: string;

  constructor(client: RestClient, path: string, signal: AbortSignal) {
    this.#client = client;
    this.#path = path;
    void this.#follow(signal);
  }

  /** Where what it shows is not what a list shows; empty: nowhere. */
  differenceTo(list: ReadonlyMap<string, string>): string {
    const names = new Set([...list.keys(), ...this.#standing.keys()]);
    return [...names]
      .filter((name) => list.get(name) !== this.#standing.get(name))
      .map((name) => `shows ${name} at ${this.#standing.get(name)}, a list at ${list.get(name)}`)
      .join('; ');
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let known = false;
    while (!signal.aborted) {
      try {
        if (!known) await this.#list();
        known = true;
        const from = `${this.#path}?watch=true&allowWatchBookmarks=true&resourceVersion=${this.#version}`;
        for await (const event of this.#client.watch(from, signal)) {
          known = String(event['type']) !== 'ERROR';
          if (known) this.#take(event);
        }
      } catch {
        // The server was killed; the next one is asked where this one was cut off.
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #list(): Promise<void> {
    const { body } = await this.#client.get(this.#path);
    const found = stateOf(body);
    const version = Number(body['metadata']?.['resourceVersion']);
    if (version < this.#version) this.failures.push(`a list at ${version} after an event at ${this.#version}`);
    for (const [name, told] of this.#standing) {
      const now = found.get(name);
      if (Number(now) < Number(told)) this.failures.push(`${name} is listed at ${now} after an event at ${told}`);
    }
    this.#standing = new Map(found);
    this.#version = version;
  }

  #take({ type, object }: Tree): void {
    const name = String(object?.['metadata']?.['name']);
    const version = String(object?.['metadata']?.['resourceVersion']);
    if (Number(version) < this.#version) this.failures.push(`an event at ${version} after one at ${this.#version}`);
    this.events += 1;
    if (String(type) === 'DELETED') this.#standing.delete(name);
    else if (String(type) !== 'BOOKMARK') this.#standing.set(name, version);
    this.#version = Number(version);
  }
}

/** Name to version. */
export function stateOf(list: Tree): ReadonlyMap<string, string> {
  const items = list['items'] as unknown as readonly Tree[];
  return new Map(
    items.map(({ metadata }) => [String(metadata?.['name']), String(metadata?.['resourceVersion'])] as const),
  );
}
