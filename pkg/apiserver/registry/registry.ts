/** The resources served right now. Kinds come and go at run time: custom resources register like built-in ones. */
import type { Resource, ResourceVersion } from './resource.ts';

export interface Endpoint {
  readonly resource: Resource;
  readonly version: ResourceVersion;
}

const idOf = (group: string, resource: string): string => `${resource}.${group}`;

export class Registry {
  readonly #resources = new Map<string, Resource>();
  readonly #listeners = new Set<(resource: Resource) => void>();
  #generation = 0;

  /** Grows with every change; discovery and OpenAPI use it to know when their documents are stale. */
  get generation(): number {
    return this.#generation;
  }

  register(resource: Resource): void {
    const id = idOf(resource.group, resource.resource);
    const isNew = !this.#resources.has(id);
    this.#resources.set(id, resource);
    this.#generation += 1;
    if (isNew) for (const listener of this.#listeners) listener(resource);
  }

  /** Tells of every resource that is served from now on. */
  onAdded(listener: (resource: Resource) => void): void {
    this.#listeners.add(listener);
  }

  unregister(group: string, resource: string): void {
    if (this.#resources.delete(idOf(group, resource))) this.#generation += 1;
  }

  get(group: string, resource: string): Resource | undefined {
    return this.#resources.get(idOf(group, resource));
  }

  /** A kind that every server has. */
  require(group: string, resource: string): Resource {
    const served = this.get(group, resource);
    if (served === undefined) throw new Error(`${resource} are not served`);
    return served;
  }

  /** A group of custom kinds, or one that nobody serves: what is missing there is nobody's. */
  isOpen(group: string): boolean {
    for (const resource of this.#resources.values())
      if (resource.group === group && resource.custom !== true) return false;
    return true;
  }

  endpoint(group: string, version: string, resource: string): Endpoint | undefined {
    const found = this.get(group, resource);
    const served = found?.versions.find((candidate) => candidate.version === version);
    return found === undefined || served === undefined ? undefined : { resource: found, version: served };
  }

  byKind(group: string, kind: string): Resource | undefined {
    for (const resource of this.#resources.values()) {
      if (resource.group === group && resource.kind === kind) return resource;
    }
    return undefined;
  }

  /** In order of registration, which is the order of discovery (O5). */
  all(): Resource[] {
    return [...this.#resources.values()];
  }
}
