/** Nodes that come into being and move between zones. */
import { nodeObject } from './objects.ts';
import type { RequestOperation, Operation } from './operation.ts';
import type { Stage } from './stage.ts';

export class NodeLives {
  readonly #stage: Stage;
  readonly #own: string[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  made(): Operation[] {
    const { dice, namespace, nodes } = this.#stage;
    if (this.#own.length >= 2) return [];
    const name = `${namespace}-n${this.#own.length}`;
    this.#own.push(name);
    nodes.push(name, name);
    const zone = dice.pick(['a', 'b', 'd', undefined]);
    // Out of the reckoning of CPUs, which is the whole cluster's: stories must not meddle with each other.
    return nodeOperations({ name, zone, inReckoning: false });
  }

  moved(): Operation[] {
    const name = this.#stage.dice.pick(this.#own);
    if (name === undefined) return [];
    const labels = { 'topology.kubernetes.io/zone': this.#stage.dice.pick(['a', 'b', 'c', null]) };
    return [{ method: 'PATCH', path: `/api/v1/nodes/${name}`, body: { metadata: { labels } } }];
  }
}

/** Created, and then ready with something to allocate. */
export function nodeOperations(node: {
  name: string;
  zone: string | undefined;
  inReckoning: boolean;
}): RequestOperation[] {
  const { object, status } = nodeObject(node);
  return [
    { method: 'POST', path: '/api/v1/nodes', body: object },
    { method: 'PATCH', path: `/api/v1/nodes/${node.name}/status`, body: status },
  ];
}
