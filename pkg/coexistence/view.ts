/**
 * Modes own and shadow: the controllers see and write the labels they always do, and the server sees others. A view is
 * that translation; nothing else differs.
 */
import { endpointSlices, services, type ResourceType } from '../api/resources.ts';
import type { KubeObject, Service } from '../api/types.ts';
import type { Client, ListOptions, ListResult, WatchEvent, WatchOptions, WriteOptions } from '../client/index.ts';
import { managedByLabel, mirrorManager, serviceNameLabel, sliceManager, valueOf } from '../endpoints/index.ts';
import { PassThroughClient } from './pass-through-client.ts';

/** CX1: upstream neither reads nor repairs slices of these managers. */
const managers = new Map([
  [sliceManager, 'endpointslice-controller.fairlead.dev'],
  [mirrorManager, 'endpointslicemirroring-controller.fairlead.dev'],
]);
/** CX3: consumers look for the other label, so a slice with this one is invisible to them. */
export const shadowServiceNameLabel = 'fairlead.dev/service-name';
/** CX9: on a Service without selector, what own mode selects by: `app=web,tier=front`. */
export const selectorAnnotation = 'fairlead.dev/selector';

export type View = 'own' | 'shadow';

/** The same object under other labels. */
export function translated(view: View, direction: 'out' | 'in', object: KubeObject): KubeObject {
  const { labels } = object.metadata;
  if (labels === undefined) return object;
  const entries = Object.entries(labels).map(([key, value]) => translateLabel(view, direction, key, value));
  return { ...object, metadata: { ...object.metadata, labels: Object.fromEntries(entries) } };
}

function translateLabel(view: View, direction: 'out' | 'in', key: string, value: string): [string, string] {
  if (key === managedByLabel) {
    const [found] = [...managers].filter((pair) => pair[direction === 'out' ? 0 : 1] === value);
    return [key, found?.[direction === 'out' ? 1 : 0] ?? value];
  }
  const names: readonly [string, string] =
    direction === 'out' ? [serviceNameLabel, shadowServiceNameLabel] : [shadowServiceNameLabel, serviceNameLabel];
  return view === 'shadow' && key === names[0] ? [names[1], value] : [key, value];
}

/** Own mode publishes only what upstream ignores: Services without selector that carry the annotation. */
export function asSeen(service: KubeObject): KubeObject {
  const { selector: given, ...spec } = (service as Service).spec ?? {};
  const text = valueOf(service.metadata.annotations, selectorAnnotation);
  const isUpstreams = given !== undefined && given !== null && Object.keys(given).length > 0;
  const selector = isUpstreams || text === undefined ? undefined : parseSelector(text);
  return { ...service, spec: { ...spec, ...(selector === undefined ? {} : { selector }) } };
}

/** Equality only; undefined when it is anything else, so that a typing error selects nothing. */
export function parseSelector(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = text.split(',').map((part) => /^\s*([\w./-]+)\s*==?\s*([\w.-]*)\s*$/.exec(part));
  const found = pairs.flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const]));
  return found.length === pairs.length ? Object.fromEntries(found) : undefined;
}

export class ViewClient extends PassThroughClient {
  readonly #view: View;

  constructor(inner: Client, view: View) {
    super(inner);
    this.#view = view;
  }

  override async list<T = KubeObject>(type: ResourceType, options?: ListOptions): Promise<ListResult<T>> {
    const result = await super.list(type, this.#narrowed(type, options));
    return { ...result, items: result.items.map((item) => this.#seen(type, item) as T) };
  }

  override async *watch<T = KubeObject>(type: ResourceType, options?: WatchOptions): AsyncIterable<WatchEvent<T>> {
    for await (const event of super.watch(type, this.#narrowed(type, options))) {
      const isObject = event.type !== 'BOOKMARK' && event.type !== 'ERROR';
      yield { type: event.type, object: (isObject ? this.#seen(type, event.object) : event.object) as T };
    }
  }

  override async create<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
    return this.#seen(type, await super.create(type, this.#sent(type, object), options)) as T;
  }

  override async update<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
    return this.#seen(type, await super.update(type, this.#sent(type, object), options)) as T;
  }

  /** Slices of other managers are not even read. */
  #narrowed<O extends ListOptions>(type: ResourceType, options: O | undefined): O {
    if (type !== endpointSlices) return { ...options } as O;
    const own = `${managedByLabel} in (${[...managers.values()].join(',')})`;
    const labelSelector = options?.labelSelector === undefined ? own : `${options.labelSelector},${own}`;
    return { ...options, labelSelector } as O;
  }

  #seen(type: ResourceType, object: KubeObject): KubeObject {
    if (type === endpointSlices) return translated(this.#view, 'in', object);
    return this.#view === 'own' && type === services ? asSeen(object) : object;
  }

  #sent(type: ResourceType, object: KubeObject): KubeObject {
    return type === endpointSlices ? translated(this.#view, 'out', object) : object;
  }
}
