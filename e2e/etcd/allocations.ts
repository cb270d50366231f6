/** Services made through both servers at once, in ranges that are nearly full: whatever was handed out, nobody else has it. */
import type { Tree } from '../rest.ts';
import type { Api } from './api.ts';

interface Lifetime {
  readonly name: string;
  readonly from: number;
  /** When it was asked away. */
  to: number;
}

const services = '/api/v1/namespaces/default/services';

export class Allocations {
  readonly problems: string[] = [];
  made = 0;
  refused = 0;
  readonly #holders = new Map<string, Lifetime[]>();

  /** One client that makes Services and takes them away; sometimes it asks for a port that others want too. */
  async churn(apis: readonly Api[], client: number, signal: AbortSignal): Promise<void> {
    const mine: { readonly name: string; readonly lives: Lifetime[] }[] = [];
    for (let n = 0; !signal.aborted; n += 1) {
      const api = apis[(n + client) % apis.length];
      if (api === undefined) return;
      const name = `alloc-${client}-${n}`;
      const port = n % 4 === 0 ? { port: 80, nodePort: 30_000 + (n % 12) } : { port: 80 };
      const answer = await api.send('POST', services, {
        metadata: { name },
        spec: { type: 'NodePort', ports: [port] },
      });
      if (answer.code === 201 && 'body' in answer) mine.push({ name, lives: this.#note(name, answer.body) });
      else if (answer.code === 422) this.refused += 1;
      if (mine.length <= 4 && answer.code !== 422) continue;
      const oldest = mine.shift();
      if (oldest === undefined) continue;
      for (const life of oldest.lives) life.to = performance.now();
      // A deletion that nobody confirmed may not have happened; asking again does no harm.
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const { code } = await api.send('DELETE', `${services}/${oldest.name}`);
        if (code === 200 || code === 404) break;
      }
    }
  }

  #note(name: string, service: Tree): Lifetime[] {
    this.made += 1;
    const spec = service['spec'];
    const taken = [`address ${String(spec?.['clusterIP'])}`, `port ${String(spec?.['ports']?.[0]?.['nodePort'])}`];
    return taken.map((what) => {
      const life: Lifetime = { name, from: performance.now(), to: Infinity };
      const lives = this.#holders.get(what) ?? [];
      const other = lives.find(({ to }) => to > life.from);
      if (other !== undefined) this.problems.push(`${what} was given to ${other.name} and to ${name}`);
      lives.push(life);
      this.#holders.set(what, lives);
      return life;
    });
  }
}
