/** Services of every kind, and the transitions between them. */
import type { EndpointsLives } from './endpoints-life.ts';
import { portsOf, serviceObject } from './objects.ts';
import type { Operation } from './operation.ts';
import { core, patchOf, type Stage } from './stage.ts';

interface ServiceLife {
  selector: boolean;
  external: boolean;
}

const always = (): boolean => true;

export class ServiceLives {
  readonly #stage: Stage;
  readonly #endpoints: EndpointsLives;
  readonly #services = new Map<string, ServiceLife>();

  constructor(stage: Stage, endpoints: EndpointsLives) {
    this.#stage = stage;
    this.#endpoints = endpoints;
  }

  names(): string[] {
    return [...this.#services.keys()];
  }

  hasSelector(name: string): boolean {
    return this.#services.get(name)?.selector === true;
  }

  made(): Operation[] {
    const name = this.#stage.profile.services.find((each) => !this.#services.has(each));
    return name === undefined ? [] : this.make(name);
  }

  make(name: string): Operation[] {
    const { dice, profileName, profile, namespace } = this.#stage;
    const kind = profileName === 'mirror' && dice.below(3) > 0 ? 'selectorless' : this.#kind();
    this.#services.set(name, {
      selector: kind !== 'selectorless' && kind !== 'external',
      external: kind === 'external' || kind === 'externalSelecting',
    });
    if (kind !== 'selectorless' && kind !== 'external') this.#endpoints.forget(name);
    const body = serviceObject(dice, name, kind, profile.dual);
    return [{ method: 'POST', path: core(namespace, 'services'), body }];
  }

  gone(): Operation[] {
    return this.#one(always, (name) => {
      this.#services.delete(name);
      // Its Endpoints go with it.
      this.#endpoints.forget(name);
      return [{ method: 'DELETE', path: core(this.#stage.namespace, 'services', name) }];
    });
  }

  portsChanged(): Operation[] {
    return this.#one(
      ({ external }) => !external,
      (name) => [this.#patch(name, { spec: { ports: portsOf(this.#stage.dice) } })],
    );
  }

  selectorChanged(): Operation[] {
    return this.#one(always, (name, life) => {
      const selector = this.#stage.dice.pick([
        { app: 'web', tier: null },
        { app: 'api', tier: null },
        { app: 'web', tier: 'x' },
        null,
      ]);
      life.selector = selector !== null;
      return [this.#patch(name, { spec: { selector } })];
    });
  }

  labelsChanged(): Operation[] {
    return this.#one(always, (name) => [
      this.#patch(name, { metadata: { labels: { tier: this.#stage.dice.pick(['one', 'two', null]) } } }),
    ]);
  }

  publishChanged(): Operation[] {
    return this.#one(always, (name) => [
      this.#patch(name, { spec: { publishNotReadyAddresses: this.#stage.dice.once(2) } }),
    ]);
  }

  typeChanged(): Operation[] {
    return this.#one(always, (name, life) => {
      life.external = !life.external;
      const spec = life.external
        ? { type: 'ExternalName', externalName: 'example.com', clusterIP: null, clusterIPs: null }
        : { type: 'ClusterIP', externalName: null };
      return [this.#patch(name, { spec })];
    });
  }

  familiesChanged(): Operation[] {
    return this.#one(
      ({ external }) => !external,
      (name) => {
        const policy = this.#stage.dice.pick(['SingleStack', 'PreferDualStack', 'RequireDualStack']);
        return [this.#patch(name, { spec: { ipFamilyPolicy: policy } })];
      },
    );
  }

  distributionChanged(): Operation[] {
    const values = ['PreferClose', 'PreferSameNode', 'PreferSameZone', null] as const;
    return this.#one(always, (name) => [
      this.#patch(name, { spec: { trafficDistribution: this.#stage.dice.pick(values) } }),
    ]);
  }

  autoChanged(): Operation[] {
    return this.#one(always, (name) => {
      const mode = this.#stage.dice.pick(['Auto', 'Auto', 'Disabled', null]);
      return [this.#patch(name, { metadata: { annotations: { 'service.kubernetes.io/topology-mode': mode } } })];
    });
  }

  #patch(name: string, body: object): Operation {
    return patchOf(this.#stage, 'services', name, body);
  }

  #one(fits: (life: ServiceLife) => boolean, act: (name: string, life: ServiceLife) => Operation[]): Operation[] {
    const found = this.#stage.dice.pick([...this.#services].filter(([, life]) => fits(life)));
    return found === undefined ? [] : act(...found);
  }

  #kind() {
    const { dice, profileName } = this.#stage;
    const rare = profileName === 'tiny' || profileName === 'mesh' ? 1 : 0;
    return dice.weighed({
      plain: 8,
      headless: 3,
      headlessPortless: rare,
      external: rare,
      externalSelecting: rare,
      selectorless: rare,
    });
  }
}
