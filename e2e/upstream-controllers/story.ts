/** Tells the life of a namespace: the operations of a seed, each possible when its turn comes. */
import { EndpointsLives } from './endpoints-life.ts';
import { NodeLives } from './node-life.ts';
import type { Operation, ProfileName, Round, Story } from './operation.ts';
import { PodLives } from './pod-life.ts';
import { profileNames, profiles, type Happening, type Profile } from './profiles.ts';
import { ServiceLives } from './service-life.ts';
import { SliceLives } from './slice-life.ts';
import { makeStage, type Stage } from './stage.ts';

/** Seeds take the profiles in turn. */
export function storyOf(seed: number): Story {
  const name = profileNames[seed % profileNames.length] ?? 'tiny';
  return new Teller(makeStage(seed, name, profiles[name]), profiles[name], name).tell();
}

class Teller {
  readonly #stage: Stage;
  readonly #profile: Profile;
  readonly #name: ProfileName;
  readonly #pods: PodLives;
  readonly #services: ServiceLives;
  readonly #happenings: Readonly<Record<Happening, () => Operation[]>>;

  constructor(stage: Stage, profile: Profile, name: ProfileName) {
    this.#stage = stage;
    this.#profile = profile;
    this.#name = name;
    const pods = new PodLives(stage);
    const endpoints = new EndpointsLives(stage);
    const services = new ServiceLives(stage, endpoints);
    const slices = new SliceLives(stage, services);
    const nodes = new NodeLives(stage);
    this.#pods = pods;
    this.#services = services;
    this.#happenings = {
      podBorn: () => pods.born(!stage.dice.once(3)),
      podAddressed: () => pods.addressed(),
      podFlipped: () => pods.flipped(),
      podRelabelled: () => pods.relabelled(),
      podTerminating: () => pods.terminating(),
      podGone: () => pods.gone(),
      podFinished: () => pods.finished(),
      serviceMade: () => services.made(),
      serviceGone: () => services.gone(),
      portsChanged: () => services.portsChanged(),
      selectorChanged: () => services.selectorChanged(),
      labelsChanged: () => services.labelsChanged(),
      publishChanged: () => services.publishChanged(),
      typeChanged: () => services.typeChanged(),
      familiesChanged: () => services.familiesChanged(),
      distributionChanged: () => services.distributionChanged(),
      autoChanged: () => services.autoChanged(),
      endpointsMade: () => endpoints.made((name) => services.hasSelector(name)),
      endpointsChanged: () => endpoints.changed(),
      endpointsGone: () => endpoints.gone(),
      sliceTouched: () => slices.touched(),
      sliceMade: () => slices.made(),
      nodeMade: () => nodes.made(),
      nodeMoved: () => nodes.moved(),
    };
  }

  tell(): Story {
    const { dice, seed, namespace } = this.#stage;
    const { begin, rounds, perRound, services } = this.#profile;
    const told: Round[] = [];
    // Who comes first makes a difference to the trigger time.
    const podsFirst = dice.once(2);
    const podsBegin = Array.from({ length: begin.pods }, () => this.#pods.born(true)).flat();
    const servicesBegin = services.slice(0, begin.services).flatMap((name) => this.#services.make(name));
    told.push(podsFirst ? podsBegin : servicesBegin, podsFirst ? servicesBegin : podsBegin);
    while (told.length < rounds + 2) {
      const count = perRound[0] + dice.below(perRound[1] - perRound[0] + 1);
      told.push(Array.from({ length: count }, () => this.#something()).flat());
    }
    return { seed, profile: this.#name, namespace, rounds: told };
  }

  /** What cannot happen now gives way to something that can. */
  #something(): Operation[] {
    const weights = this.#profile.weights as Record<Happening, number>;
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const operations = this.#happenings[this.#stage.dice.weighed(weights)]();
      if (operations.length > 0) return operations;
    }
    return this.#pods.born(true);
  }
}
