/** Seeds to scenarios. */
import { neighbourRequests } from './neighbours.ts';
import { choicesOf } from './random.ts';
import { laneOf, lanes, type Cluster, type Scenario } from './scenario.ts';
import { serviceRequests } from './services.ts';

const length = 20;

/** The same scenario each time; `lane` tells which ports and addresses it may name. */
export function makeScenario(seed: number, cluster: Cluster, lane = seed % lanes): Scenario {
  const choices = choicesOf(seed);
  const turn = Math.floor(seed / lanes);
  const requests = choices.chance(0.12)
    ? neighbourRequests(choices, length)
    : serviceRequests(choices, cluster, laneOf(lane, turn), length);
  return { seed, cluster, requests };
}
