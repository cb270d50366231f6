/**
 * What is known of the cluster's topology between syncs: the zones' shares of CPUs, and which hints each Service got
 * (T17). A change of Nodes makes some Services look again (T20, H10).
 */
import type { Node } from '../../pkg/api/types.ts';
import type { NodeShares } from '../../pkg/topology/index.ts';
import { canAllocate, isNodeReady, isOverloaded, nodeShares, zoneOf } from '../../pkg/topology/index.ts';
import type { HintMemory } from './hints.ts';
import type { HintMemories } from './plan.ts';

export class ClusterTopology {
  #shares: NodeShares;
  readonly #memories = new Map<string, HintMemories>();

  get shares(): NodeShares {
    return this.#shares;
  }

  memoriesOf(service: string): HintMemories | undefined {
    return this.#memories.get(service);
  }

  remember(service: string, memories: HintMemories): void {
    if (memories.size === 0) this.#memories.delete(service);
    else this.#memories.set(service, memories);
  }

  forget(service: string): void {
    this.#memories.delete(service);
  }

  /** Takes in all Nodes and says which Services have to look again. */
  evaluate(nodes: readonly Node[]): string[] {
    this.#shares = nodeShares(nodes);
    return [...this.#memories].flatMap(([service, memories]) =>
      [...memories.values()].some((memory) => this.#isOutdated(memory)) ? [service] : [],
    );
  }

  /** T20; and H10: hints come back as soon as the Nodes allow. A missing zone is another matter: see onPodsOf. */
  #isOutdated(memory: HintMemory): boolean {
    if (memory.kind === 'enabled') return isOverloaded(memory.hintsByZone, this.#shares);
    return memory.because !== 'zoneMissing' && canAllocate(this.#shares, memory.ready);
  }
}

/** Q15: what of a Node the shares depend on, for the usual updates; heartbeats change neither. */
export function sharesMayChange(old: Node, current: Node): boolean {
  return isNodeReady(old) !== isNodeReady(current) || zoneOf(old) !== zoneOf(current);
}

export const zoneChanged = (old: Node, current: Node): boolean => zoneOf(old) !== zoneOf(current);
