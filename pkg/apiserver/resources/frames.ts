/**
 * Watch events as bytes (L21). A change is encoded once for each form in which it is wanted, and the same buffer goes
 * to every watcher of that form (L37).
 */
import type { KubeObject } from '../../api/types.ts';
import type { Representation } from '../http/negotiate.ts';
import type { Resource, ResourceVersion } from '../registry/resource.ts';
import { metadataOf } from '../tables/metadata-view.ts';
import { renderTable, tableOptions, type TableOptions } from '../tables/table.ts';
import type { Change, ChangeType } from '../watchcache/change.ts';
import type { Entry } from '../watchcache/entry.ts';
import { apiVersionOf, wireJson, type Scope } from './scope.ts';

/** Frames of the change that is being delivered; of that one alone, as kept frames would double the history. */
let delivering: { readonly change: Change; readonly frames: Map<string, Uint8Array> } | undefined;

export class FrameEncoder {
  readonly #scope: { readonly resource: Resource; readonly version: ResourceVersion };
  readonly #representation: Representation;
  readonly #table: TableOptions | undefined;
  readonly #form: string;
  readonly #now: () => number;
  /** L39: column definitions travel with the first event only. */
  #columnsSent = false;

  private constructor(scope: Scope, representation: Representation) {
    this.#scope = { resource: scope.resource, version: scope.version };
    this.#representation = representation;
    this.#table = representation.transform === 'table' ? tableOptions(scope, representation) : undefined;
    this.#form = `${apiVersionOf(scope)} ${representation.transform} ${representation.transformVersion}`;
    this.#now = () => scope.core.clock.now();
  }

  static for(scope: Scope, representation: Representation): FrameEncoder {
    return new FrameEncoder(scope, representation);
  }

  /** A frame that other watchers of the same form use too. */
  shared(type: ChangeType, change: Change): Uint8Array {
    const entry = this.#entryOf(type, change);
    if (this.#table !== undefined) return this.once(type, entry);
    if (delivering?.change !== change) delivering = { change, frames: new Map() };
    const { frames } = delivering;
    const id = `${type} ${this.#form}`;
    let frame = frames.get(id);
    if (frame === undefined) {
      frame = this.once(type, entry);
      frames.set(id, frame);
    }
    return frame;
  }

  once(type: ChangeType, entry: Entry): Uint8Array {
    return Buffer.from(`{"type":"${type}","object":${this.#objectJson(entry)}}\n`);
  }

  /** L30, L32: an object of the watched kind with nothing but a version; `initialEnd` marks the end of the snapshot. */
  bookmark(revision: number, initialEnd: boolean): Uint8Array {
    const { resource } = this.#scope;
    const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
    const object: KubeObject = {
      kind: resource.kind,
      apiVersion: apiVersionOf(this.#scope),
      metadata: { resourceVersion: String(revision), ...annotations },
    };
    return Buffer.from(`{"type":"BOOKMARK","object":${this.#transformed(object)}}\n`);
  }

  /** L27: whatever leaves a watcher's view is shown as it was, under the version that took it away. */
  #entryOf(type: ChangeType, { entry, previous, revision, type: changed }: Change): Entry {
    if (type !== 'DELETED' || changed === 'DELETED') return entry;
    return previous?.at(revision) ?? entry;
  }

  #objectJson(entry: Entry): string {
    if (this.#representation.transform === 'none') return wireJson(this.#scope, entry);
    return this.#transformed(entry.parse());
  }

  #transformed(object: KubeObject): string {
    if (this.#table !== undefined) {
      const columns = !this.#columnsSent;
      this.#columnsSent = true;
      const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' };
      return JSON.stringify(
        renderTable(this.#scope.version.table, [object], { ...this.#table, columns, now: this.#now() }, metadata),
      );
    }
    const { transform } = this.#representation;
    const { transformVersion } = this.#representation;
    return JSON.stringify(transform === 'none' ? object : metadataOf(object, transformVersion));
  }
}
