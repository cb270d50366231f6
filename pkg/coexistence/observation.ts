/**
 * What a controller that only observes would have done otherwise, Service by Service (D7). Pure but for the time it is
 * told: a difference counts once it has stayed the same for the grace, since whoever really writes may be a moment behind.
 */
import { endpointSlices } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import { differingPaths } from './differing-paths.ts';
import { serviceKeyOf, type Find } from './service-of.ts';
import type { WithheldWrite } from './withholding-client.ts';

/** One write that would be made. */
export interface Difference {
  readonly verb: WithheldWrite['verb'];
  readonly kind: string;
  readonly name: string;
  /** The planner's word for it. */
  readonly because: string;
  /** What the object that is there has otherwise. */
  readonly paths: readonly string[];
}

export type Verdict =
  | { readonly kind: 'same' }
  /** It was different and is not any more: somebody has just written what we would have. */
  | { readonly kind: 'settled'; readonly reported: boolean }
  | { readonly kind: 'inFlight' }
  /** `isNew`: not said yet. */
  | { readonly kind: 'different'; readonly differences: readonly Difference[]; readonly isNew: boolean };

interface Standing {
  readonly content: string;
  readonly since: number;
  readonly differences: readonly Difference[];
  reported: boolean;
}

export class Observation {
  readonly #find: Find;
  readonly #graceMs: number;
  readonly #standing = new Map<string, Standing>();
  /** Collected while a sync of the key is under way. */
  readonly #writes = new Map<string, WithheldWrite[]>();

  constructor(find: Find, graceMs: number) {
    this.#find = find;
    this.#graceMs = graceMs;
  }

  /** Differences that have lasted, by Service. */
  differences(): ReadonlyMap<string, readonly Difference[]> {
    const lasting = [...this.#standing].filter(([, { reported }]) => reported);
    return new Map(lasting.map(([key, { differences }]) => [key, differences]));
  }

  get inFlight(): number {
    return [...this.#standing.values()].filter(({ reported }) => !reported).length;
  }

  /** A sync of that Service begins. */
  begin(key: string): void {
    this.#writes.set(key, []);
  }

  withheld(write: WithheldWrite): void {
    const { namespace, name = '' } = write.object.metadata;
    const known = write.verb === 'delete' ? this.#find(write.type, keyOf(namespace, name)) : undefined;
    const service = serviceKeyOf(write.type, known ?? write.object);
    if (service !== undefined) this.#writes.get(service)?.push(write);
  }

  /** The sync has gone through. */
  end(key: string, now: number): Verdict {
    const writes = this.#writes.get(key) ?? [];
    this.#writes.delete(key);
    const before = this.#standing.get(key);
    if (writes.length === 0) {
      this.#standing.delete(key);
      return before === undefined ? { kind: 'same' } : { kind: 'settled', reported: before.reported };
    }
    const content = JSON.stringify(writes.map(contentOf));
    const standing =
      before?.content === content
        ? before
        : { content, since: now, differences: writes.map((write) => this.#describe(write)), reported: false };
    this.#standing.set(key, standing);
    if (now - standing.since < this.#graceMs) return { kind: 'inFlight' };
    const isNew = !standing.reported;
    standing.reported = true;
    return { kind: 'different', differences: standing.differences, isNew };
  }

  /** The sync failed; what was known before stays. */
  abandon(key: string): void {
    this.#writes.delete(key);
  }

  #describe({ verb, type, object, because }: WithheldWrite): Difference {
    const { namespace, name, generateName = '' } = object.metadata;
    const there = verb === 'update' && name !== undefined ? this.#find(type, keyOf(namespace, name)) : undefined;
    const paths = there === undefined ? [] : differingPaths(comparable(there), comparable(object));
    return { verb, kind: type.kind, name: name ?? `${generateName}…`, because, paths };
  }
}

const keyOf = (namespace: string | undefined, name: string) =>
  namespace === undefined ? { name } : { namespace, name };

/** Without what says when and by whom instead of what. */
function comparable({ metadata, ...rest }: KubeObject): object {
  const { labels, annotations, ownerReferences } = metadata;
  return { ...rest, metadata: { labels, annotations, ownerReferences } };
}

function contentOf({ verb, type, object, because }: WithheldWrite): unknown {
  const { apiVersion: _, kind: __, metadata, ...content } = object;
  const { name, generateName, labels } = metadata;
  return [verb, type === endpointSlices, name, generateName, because, labels, content];
}
