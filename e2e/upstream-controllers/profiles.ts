/** Kinds of life that a namespace may lead. */
import type { ProfileName } from './operation.ts';

export type Happening =
  | 'podBorn'
  | 'podAddressed'
  | 'podFlipped'
  | 'podRelabelled'
  | 'podTerminating'
  | 'podGone'
  | 'podFinished'
  | 'serviceMade'
  | 'serviceGone'
  | 'portsChanged'
  | 'selectorChanged'
  | 'labelsChanged'
  | 'publishChanged'
  | 'typeChanged'
  | 'familiesChanged'
  | 'distributionChanged'
  | 'autoChanged'
  | 'endpointsMade'
  | 'endpointsChanged'
  | 'endpointsGone'
  | 'sliceTouched'
  | 'sliceMade'
  | 'nodeMade'
  | 'nodeMoved';

export interface Profile {
  readonly services: readonly [string, ...string[]];
  readonly maxPods: number;
  /** Pods and Services that are there when the story begins. */
  readonly begin: { readonly pods: number; readonly services: number };
  readonly rounds: number;
  /** In one round, before everything comes to rest. */
  readonly perRound: readonly [least: number, most: number];
  readonly dual: boolean;
  readonly weights: Readonly<Partial<Record<Happening, number>>>;
}

const podLife = { podBorn: 4, podAddressed: 3, podFlipped: 5, podRelabelled: 2, podTerminating: 2, podGone: 2 };
const serviceLife = { serviceMade: 2, serviceGone: 1, portsChanged: 2, selectorChanged: 1, labelsChanged: 1 };

const single = { rounds: 30, perRound: [1, 1], dual: false } as const;

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  tiny: {
    ...single,
    services: ['web'],
    maxPods: 4,
    begin: { pods: 1, services: 1 },
    weights: { ...podLife, ...serviceLife, podFinished: 1, publishChanged: 1, typeChanged: 1, sliceTouched: 1 },
  },
  wide: {
    ...single,
    services: ['web'],
    maxPods: 24,
    begin: { pods: 12, services: 1 },
    weights: { ...podLife, podBorn: 8, portsChanged: 1, labelsChanged: 1, sliceTouched: 1 },
  },
  mesh: {
    ...single,
    services: ['web', 'api', 'all', 'db'],
    maxPods: 10,
    begin: { pods: 5, services: 3 },
    weights: { ...podLife, ...serviceLife, selectorChanged: 3, typeChanged: 1, publishChanged: 1, podFinished: 1 },
  },
  mirror: {
    ...single,
    services: ['web', 'hand'],
    maxPods: 3,
    begin: { pods: 1, services: 1 },
    weights: {
      podBorn: 1,
      podFlipped: 1,
      serviceMade: 3,
      serviceGone: 1,
      selectorChanged: 2,
      endpointsMade: 5,
      endpointsChanged: 6,
      endpointsGone: 1,
      sliceTouched: 1,
      sliceMade: 1,
    },
  },
  dual: {
    ...single,
    dual: true,
    services: ['web', 'api'],
    maxPods: 6,
    begin: { pods: 3, services: 2 },
    weights: { ...podLife, ...serviceLife, familiesChanged: 3, sliceTouched: 1 },
  },
  topology: {
    ...single,
    services: ['web', 'api'],
    maxPods: 8,
    begin: { pods: 4, services: 2 },
    weights: { ...podLife, serviceMade: 1, distributionChanged: 4, autoChanged: 2, nodeMade: 1, nodeMoved: 2 },
  },
  churn: {
    services: ['web', 'api'],
    maxPods: 12,
    begin: { pods: 6, services: 2 },
    rounds: 10,
    perRound: [3, 9],
    dual: false,
    weights: { ...podLife, podFlipped: 12, portsChanged: 1, labelsChanged: 1, serviceMade: 1, serviceGone: 0.5 },
  },
};

export const profileNames = Object.keys(profiles) as ProfileName[];

/** Nodes that all stories share: three zones, two of each. */
export const sharedNodes = ['a', 'b', 'c', 'a', 'b', 'c'].map((zone, at) => ({ name: `n${at}`, zone }));
