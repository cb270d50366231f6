/** Clients that write all the time, through any of the servers, and remember what they were promised. */
import { nameOf, versionOf, type Api } from './api.ts';

export const configMaps = '/api/v1/namespaces/default/configmaps';

export class Load {
  /** Acknowledged and not asked away since: name to version. */
  readonly kept = new Map<string, number>();
  /** Acknowledged as deleted. */
  readonly deleted = new Set<string>();
  readonly problems: string[] = [];
  acknowledged = 0;
  unknown = 0;
  readonly #apis: readonly Api[];
  readonly #unsure = new Set<string>();
  #newest = 0;

  constructor(apis: readonly Api[]) {
    this.#apis = apis;
  }

  /** Creates, changes and deletes; every third object goes again. */
  async write(client: number, signal: AbortSignal): Promise<void> {
    for (let n = 0; !signal.aborted; n += 1) {
      const name = `load-${client}-${n}`;
      const created = await this.#api(n).send('POST', configMaps, { metadata: { name }, data: { n: String(n) } });
      if (!this.#note(name, created)) continue;
      const changed = await this.#api(n + 1).send('PATCH', `${configMaps}/${name}`, { data: { changed: 'yes' } });
      if (changed.code === 404)
        this.problems.push(`${name} was created through one server and is absent from the other`);
      this.#note(name, changed);
      if (n % 3 !== 0) continue;
      this.#unsure.add(name);
      const gone = await this.#api(n).send('DELETE', `${configMaps}/${name}`);
      if (gone.code !== 200) continue;
      this.kept.delete(name);
      this.deleted.add(name);
    }
  }

  /** Lists from each server in turn: no list may be older than anything acknowledged before it was asked for. */
  async read(signal: AbortSignal): Promise<void> {
    for (let n = 0; !signal.aborted; n += 1) {
      const floor = this.#newest;
      const expected = [...this.kept].filter(([name]) => !this.#unsure.has(name));
      const answer = await this.#api(n).send('GET', configMaps);
      if (answer.code === 200 && 'body' in answer) {
        const version = versionOf(answer.body);
        if (version < floor) this.problems.push(`a list stood at ${version} after ${floor} had been acknowledged`);
        const found = new Map(
          (answer.body['items'] as unknown as never[]).map((item) => [nameOf(item), versionOf(item)]),
        );
        for (const [name, least] of expected) {
          if (this.#unsure.has(name)) continue;
          if ((found.get(name) ?? 0) < least)
            this.problems.push(`a list had ${name} at ${found.get(name)} instead of ${least}`);
        }
        this.#newest = Math.max(this.#newest, version);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #api(n: number): Api {
    const api = this.#apis[n % this.#apis.length];
    if (api === undefined) throw new Error('no server');
    return api;
  }

  #note(name: string, answer: Awaited<ReturnType<Api['send']>>): boolean {
    if (!('body' in answer) || answer.code >= 300) {
      this.unknown += 1;
      return false;
    }
    this.acknowledged += 1;
    const version = versionOf(answer.body);
    this.#newest = Math.max(this.#newest, version);
    this.kept.set(name, version);
    return true;
  }
}
