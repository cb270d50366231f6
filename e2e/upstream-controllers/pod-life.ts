/** Pods: born, given addresses, ready and not, relabelled, ended. */
import { podObject, podStatus } from './objects.ts';
import type { Operation } from './operation.ts';
import { core, patchOf, type Stage } from './stage.ts';

interface PodLife {
  readonly name: string;
  readonly number: number;
  readonly node: string;
  app: string;
  addressed: boolean;
  ready: boolean;
  /** When that began, in seconds of the story. */
  since: number;
  terminating: boolean;
}

export class PodLives {
  readonly #stage: Stage;
  readonly #pods: PodLife[] = [];
  #born = 0;
  #seconds = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  born(addressed: boolean): Operation[] {
    const { dice, profile, nodes, namespace } = this.#stage;
    if (this.#pods.length >= profile.maxPods) return [];
    this.#born += 1;
    const pod: PodLife = {
      name: `p${this.#born}`,
      number: this.#born,
      node: dice.pick(nodes) ?? 'n0',
      app: dice.once(4) ? 'api' : 'web',
      addressed: false,
      ready: false,
      since: 0,
      terminating: false,
    };
    this.#pods.push(pod);
    const body = podObject(dice, pod, profile.services[0]);
    const born: Operation = { method: 'POST', path: core(namespace, 'pods'), body };
    return addressed ? [born, ...this.#address(pod)] : [born];
  }

  addressed(): Operation[] {
    return this.#one(
      (pod) => !pod.addressed && !pod.terminating,
      (pod) => this.#address(pod),
    );
  }

  flipped(): Operation[] {
    return this.#one(
      (pod) => pod.addressed,
      (pod) => {
        this.#turn(pod, !pod.ready);
        return [this.#status(pod)];
      },
    );
  }

  relabelled(): Operation[] {
    return this.#one(
      () => true,
      (pod) => {
        pod.app = pod.app === 'web' ? 'api' : 'web';
        return [patchOf(this.#stage, 'pods', pod.name, { metadata: { labels: { app: pod.app } } })];
      },
    );
  }

  terminating(): Operation[] {
    return this.#one(
      (pod) => !pod.terminating,
      (pod) => {
        pod.terminating = true;
        return [{ method: 'DELETE', path: core(this.#stage.namespace, 'pods', pod.name) }];
      },
    );
  }

  gone(): Operation[] {
    return this.#one(
      () => true,
      (pod) => {
        this.#pods.splice(this.#pods.indexOf(pod), 1);
        return [{ method: 'DELETE', path: `${core(this.#stage.namespace, 'pods', pod.name)}?gracePeriodSeconds=0` }];
      },
    );
  }

  finished(): Operation[] {
    return this.#one(
      (pod) => pod.addressed,
      (pod) => [this.#status(pod, this.#stage.dice.once(2) ? 'Failed' : 'Succeeded')],
    );
  }

  #one(fits: (pod: PodLife) => boolean, act: (pod: PodLife) => Operation[]): Operation[] {
    const pod = this.#stage.dice.pick(this.#pods.filter(fits));
    return pod === undefined ? [] : act(pod);
  }

  #address(pod: PodLife): Operation[] {
    pod.addressed = true;
    this.#turn(pod, !this.#stage.dice.once(4));
    return [this.#status(pod)];
  }

  #turn(pod: PodLife, ready: boolean): void {
    this.#seconds += 1;
    pod.ready = ready;
    pod.since = this.#seconds;
  }

  #status(pod: PodLife, phase = 'Running'): Operation {
    const { seed, namespace, profile } = this.#stage;
    return {
      method: 'PATCH',
      path: `${core(namespace, 'pods', pod.name)}/status`,
      body: podStatus({ ...pod, seed, dual: profile.dual }, phase),
    };
  }
}
