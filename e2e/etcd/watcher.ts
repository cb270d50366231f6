/** Follows a collection as an informer does, and remembers what that comes to. */
import type { Tree } from '../rest.ts';
import { nameOf, versionOf, type Api } from './api.ts';

export class Watcher {
  /** Name to version. */
  readonly objects = new Map<string, number>();
  readonly problems: string[] = [];
  relists = 0;
  resumes = 0;
  readonly #api: Api;
  readonly #path: string;
  #version = 0;

  constructor(api: Api, path: string) {
    this.#api = api;
    this.#path = path;
  }

  get version(): number {
    return this.#version;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#version === 0) await this.#list();
        const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${this.#version}`;
        for await (const event of this.#api.watch(`${this.#path}?${query}`, signal)) this.#take(event);
        this.resumes += 1;
      } catch {
        // The connection broke; what was seen stays.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #list(): Promise<void> {
    const answer = await this.#api.send('GET', this.#path);
    if (answer.code !== 200 || !('body' in answer)) throw new Error('no list');
    this.objects.clear();
    for (const item of answer.body['items'] as unknown as Tree[]) this.objects.set(nameOf(item), versionOf(item));
    this.#version = versionOf(answer.body);
    this.relists += 1;
  }

  #take({ type, object }: Tree): void {
    if (String(type) === 'ERROR') {
      this.#version = 0;
      throw new Error('the watch ended with an error');
    }
    if (object === undefined) return;
    const version = versionOf(object);
    if (version < this.#version) this.problems.push(`version ${version} came after ${this.#version}`);
    this.#version = version;
    const name = nameOf(object);
    if (String(type) === 'DELETED') {
      if (!this.objects.delete(name)) this.problems.push(`${name} was deleted, but it was not there`);
    } else if (String(type) === 'ADDED') {
      if (this.objects.has(name)) this.problems.push(`${name} was added twice`);
      this.objects.set(name, version);
    } else if (String(type) === 'MODIFIED') {
      if (!this.objects.has(name)) this.problems.push(`${name} was changed before it was added`);
      this.objects.set(name, version);
    }
  }
}
