/**
 * Which Service holds which node port: the PortView of allocation, rebuilt at any time from the Services alone. Node
 * ports and health-check ports share one set of numbers (A66), whatever the protocol (A64).
 */
import type { Service } from '../api/types.ts';
import { ClaimTable, type ClaimTableOptions } from './claim-table.ts';
import { ownedHealthCheckPort, ownedNodePorts } from './node-ports.ts';
import { ownerOf } from './owner.ts';
import type { Claim, PortView } from './world.ts';

const portsHeld = (service: Service): number[] => [...ownedNodePorts(service), ...ownedHealthCheckPort(service)];

export class NodePortIndex implements PortView {
  readonly #table: ClaimTable;

  constructor(options: ClaimTableOptions = {}) {
    this.#table = new ClaimTable(options);
  }

  static from(services: Iterable<Service>, options: ClaimTableOptions = {}): NodePortIndex {
    const index = new NodePortIndex(options);
    for (const service of services) index.add(service);
    return index;
  }

  add(service: Service): void {
    for (const port of portsHeld(service)) this.claim(port, ownerOf(service));
  }

  remove(service: Service, now?: number): void {
    for (const port of portsHeld(service)) this.release(port, ownerOf(service), now);
  }

  /** True when nobody else holds it. */
  claim(port: number, owner: string): boolean {
    return this.#table.claim(BigInt(port), owner);
  }

  release(port: number, owner: string, now?: number): boolean {
    return this.#table.release(BigInt(port), owner, now);
  }

  /** The ports among the claims of a plan, taken for an owner. */
  take(claims: readonly Claim[], owner: string): void {
    for (const claim of claims) if (claim.kind !== 'clusterIP') this.claim(claim.port, owner);
  }

  giveBack(claims: readonly Claim[], owner: string, now?: number): void {
    for (const claim of claims) if (claim.kind !== 'clusterIP') this.release(claim.port, owner, now);
  }

  isTaken(port: number): boolean {
    return this.#table.isTaken(BigInt(port));
  }

  nextFree(from: number, to: number, desperate = false): number | undefined {
    const free = this.#table.nextFree(BigInt(from), BigInt(to), desperate);
    return free === undefined ? undefined : Number(free);
  }

  ownersOf(port: number): string[] {
    return this.#table.ownersOf(BigInt(port));
  }

  expire(now: number): void {
    this.#table.expire(now);
  }

  /** The `allocated_ports` gauge (R10). */
  get size(): number {
    return this.#table.size;
  }

  /** Ports with several owners (R2). */
  conflicts(): { port: number; owners: string[] }[] {
    return this.#table.conflicts().map(({ number, owners }) => ({ port: Number(number), owners }));
  }
}
