/** Slices of others, and hands laid on those of the controllers. */
import { userSlice } from './objects.ts';
import type { Operation } from './operation.ts';
import type { ServiceLives } from './service-life.ts';
import type { Stage } from './stage.ts';

export class SliceLives {
  readonly #stage: Stage;
  readonly #services: ServiceLives;
  #made = 0;

  constructor(stage: Stage, services: ServiceLives) {
    this.#stage = stage;
    this.#services = services;
  }

  touched(): Operation[] {
    const { dice, namespace } = this.#stage;
    const service = dice.pick(this.#services.names());
    if (service === undefined) return [];
    const act = dice.pick(['delete', 'empty', 'annotate', 'label'] as const);
    return [{ method: 'SLICE', namespace, service, at: dice.below(3), act }];
  }

  made(): Operation[] {
    const { dice, namespace, profile } = this.#stage;
    const service = dice.pick(profile.services);
    const body = userSlice(dice, `user-${this.#made}`, service);
    this.#made += 1;
    return [{ method: 'POST', path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, body }];
  }
}
