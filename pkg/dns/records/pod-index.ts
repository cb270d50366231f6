import { SlimMultimap } from '../../collections/slim-multimap.ts';
import type { Octets } from '../wire/index.ts';
import { sameTexts } from './same-view.ts';

interface PodEntry {
  readonly namespace: string;
  readonly addresses: readonly Octets[];
}

/** Which addresses live Pods have, by namespace (D4). Several Pods share one: those on the host network. */
export class PodIndex {
  readonly #pods = new Map<string, PodEntry>();
  readonly #byAddress = new SlimMultimap<Octets, PodEntry>();

  /** Undefined addresses remove the Pod. True when something changed. */
  put(namespace: string, name: string, addresses: readonly Octets[] | undefined): boolean {
    const key = `${namespace}/${name}`;
    const before = this.#pods.get(key);
    if (sameTexts(before?.addresses, addresses)) return false;
    if (before !== undefined) for (const address of before.addresses) this.#byAddress.delete(address, before);
    if (addresses === undefined) {
      this.#pods.delete(key);
      return true;
    }
    const pod = { namespace, addresses };
    this.#pods.set(key, pod);
    for (const address of addresses) this.#byAddress.add(address, pod);
    return true;
  }

  has(namespace: string, address: Octets): boolean {
    return this.#byAddress.get(address).some((pod) => pod.namespace === namespace);
  }

  /** D9: the namespace of the Pods with this address, if they are all in one. */
  namespaceOf(address: Octets): string | undefined {
    const namespaces = new Set(this.#byAddress.get(address).map((pod) => pod.namespace));
    const [namespace] = namespaces;
    return namespaces.size === 1 ? namespace : undefined;
  }
}
