/** Endpoints that people make by hand, for Services without selector. */
import { endpointsObject } from './objects.ts';
import type { Operation } from './operation.ts';
import { core, patchOf, type Stage } from './stage.ts';

export class EndpointsLives {
  readonly #stage: Stage;
  readonly #names = new Set<string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Somebody else sees to it from now on. */
  forget(name: string): void {
    this.#names.delete(name);
  }

  made(hasSelector: (service: string) => boolean): Operation[] {
    const { dice, profile, namespace } = this.#stage;
    const name = dice.pick(profile.services.filter((each) => !this.#names.has(each) && !hasSelector(each)));
    if (name === undefined) return [];
    this.#names.add(name);
    const body = endpointsObject(dice, name, profile.dual);
    return [{ method: 'POST', path: core(namespace, 'endpoints'), body }];
  }

  changed(): Operation[] {
    const { dice, profile } = this.#stage;
    const name = dice.pick([...this.#names]);
    if (name === undefined) return [];
    const { subsets } = endpointsObject(dice, name, profile.dual);
    const body = dice.pick<object>([
      { subsets },
      { subsets },
      { subsets: null },
      { metadata: { labels: { team: dice.pick(['x', 'y', null]) } } },
      { metadata: { annotations: { note: dice.pick(['x', 'y', null]) } } },
      { metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': dice.pick(['true', 'no', null, null]) } } },
    ]);
    return [patchOf(this.#stage, 'endpoints', name, body)];
  }

  gone(): Operation[] {
    const name = this.#stage.dice.pick([...this.#names]);
    if (name === undefined) return [];
    this.#names.delete(name);
    return [{ method: 'DELETE', path: core(this.#stage.namespace, 'endpoints', name) }];
  }
}
