/** Which keys vanish with which lease. A key hangs on one lease at most. */
export class Leases {
  readonly #keys = new Map<number, Set<string>>();
  readonly #leaseOf = new Map<string, number>();
  #granted = 0;

  /** A lease of its own number, never used before. */
  grant(): number {
    this.#granted += 1;
    this.#keys.set(this.#granted, new Set());
    return this.#granted;
  }

  /** Whether the lease was granted and has not ended. */
  has(lease: number): boolean {
    return this.#keys.has(lease);
  }

  /** Hangs the key on the lease instead of the one before; 0: on none. */
  attach(key: string, lease: number): void {
    const before = this.#leaseOf.get(key) ?? 0;
    if (before === lease) return;
    this.#keys.get(before)?.delete(key);
    this.#keys.get(lease)?.add(key);
    if (lease === 0) this.#leaseOf.delete(key);
    else this.#leaseOf.set(key, lease);
  }

  /** Ends the lease; what hung on it, in key order. */
  end(lease: number): string[] {
    const keys = [...(this.#keys.get(lease) ?? [])].sort();
    this.#keys.delete(lease);
    for (const key of keys) this.#leaseOf.delete(key);
    return keys;
  }
}
