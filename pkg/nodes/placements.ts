/** How many Pods each node has, bindings under way included. */
export class Placements {
  readonly #nodes = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  count(node: string): number {
    return this.#counts.get(node) ?? 0;
  }

  place(uid: string, node: string): void {
    if (this.#nodes.get(uid) === node) return;
    this.remove(uid);
    this.#nodes.set(uid, node);
    this.#counts.set(node, this.count(node) + 1);
  }

  remove(uid: string): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    this.#nodes.delete(uid);
    this.#counts.set(node, this.count(node) - 1);
  }
}
