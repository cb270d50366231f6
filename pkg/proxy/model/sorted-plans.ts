import type { PortPlan } from './plan.ts';
import { compareText } from './service-port.ts';

/** Plans by Service, readable in emission order (G21). A replacement searches in log n and never sorts the whole. */
export class SortedPlans {
  readonly #byService = new Map<string, readonly PortPlan[]>();
  readonly #order: string[] = [];
  #flat: readonly PortPlan[] | undefined;

  of(service: string): readonly PortPlan[] {
    return this.#byService.get(service) ?? [];
  }

  /** `plans` are one Service's, already in order; none removes it. */
  set(service: string, plans: readonly PortPlan[]): void {
    const known = this.#byService.has(service);
    this.#flat = undefined;
    if (plans.length > 0) {
      this.#byService.set(service, plans);
      if (!known) this.#order.splice(this.#position(service), 0, service);
    } else if (known) {
      this.#byService.delete(service);
      this.#order.splice(this.#position(service), 1);
    }
  }

  all(): readonly PortPlan[] {
    this.#flat ??= this.#order.flatMap((service) => this.of(service));
    return this.#flat;
  }

  /** Where `service` stands or belongs. */
  #position(service: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#order[middle] ?? '', service) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Namespace first, then name: `a/z` stands before `a-b/c` although `-` sorts before `/`. */
function compareKeys(a: string, b: string): number {
  const [namespaceA = '', nameA = ''] = a.split('/');
  const [namespaceB = '', nameB = ''] = b.split('/');
  return compareText(namespaceA, namespaceB) || compareText(nameA, nameB);
}
