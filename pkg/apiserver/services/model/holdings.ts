/** What the stored objects say of addresses and ports: the judge of the model test. Thrown errors are its verdicts. */
import { deletedService, ownerOf } from '../../../allocator/index.ts';
import type { Service } from '../../../api/types.ts';
import { formatIp } from '../../../ip/index.ts';

export class Holdings {
  /** `10.96.0.5` or `30001` → the Service that has it. */
  readonly owners = new Map<string, string>();
  readonly #held = new Map<string, readonly string[]>();

  /** A Service was stored, or has gone. */
  changed(key: string, service: Service | undefined): void {
    for (const thing of this.#held.get(key) ?? []) this.owners.delete(thing);
    this.#held.delete(key);
    if (service === undefined) return;
    const things = thingsOf(service);
    for (const thing of things) {
      const other = this.owners.get(thing);
      if (other !== undefined) throw new Error(`${thing} belongs to ${other} and to ${ownerOf(service)}`);
    }
    for (const thing of things) this.owners.set(thing, key);
    this.#held.set(key, things);
  }

  /** How many addresses are held. */
  get addresses(): number {
    return [...this.owners.keys()].filter(isAddress).length;
  }

  get ports(): number {
    return this.owners.size - this.addresses;
  }
}

const isAddress = (thing: string): boolean => thing.includes('.') || thing.includes(':');

/** Each once: protocols may share a port. */
const thingsOf = (service: Service): string[] => [
  ...new Set(
    deletedService(service).map((claim) => (claim.kind === 'clusterIP' ? formatIp(claim.ip) : String(claim.port))),
  ),
];
