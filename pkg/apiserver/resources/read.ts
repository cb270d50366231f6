/** GET of one object and of a collection (P30, L1–L8). */
import { badRequest, expired, notFound, timeout } from '../../api/status.ts';
import type { FieldSelector } from '../../api/fields/selector.ts';
import type { KubeObject } from '../../api/types.ts';
import type { ReadonlyOrderedMap } from '../../collections/ordered-map.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { negotiate } from '../http/negotiate.ts';
import { keyOf } from '../registry/object-store.ts';
import type { Entry } from '../watchcache/entry.ts';
import { formatContinue, parseContinue, type Continue } from './continue.ts';
import { readOptions, type ReadOptions } from './options.ts';
import { renderList, renderObject } from './render.ts';
import type { Scope } from './scope.ts';

export async function getObject(scope: Scope): Promise<ApiResponse> {
  const { core, resource, info, request } = scope;
  const representation = negotiate(request.headers.accept, offerOf(scope, false));
  const version = request.query.get('resourceVersion') ?? '';
  if (version === '') await core.objects.refresh();
  else await waitForVersion(scope, parseVersion(version));
  const entry = core.objects.get(resource, keyOf(resource, info.namespace, info.name));
  if (entry === undefined) throw notFound(resource, info.name);
  return renderObject(scope, entry, representation, 200);
}

export async function listObjects(scope: Scope): Promise<ApiResponse> {
  const representation = negotiate(scope.request.headers.accept, { ...offerOf(scope, true), watches: true });
  const options = readOptions(scope, false);
  const { snapshot, revision, startKey } = await openSnapshot(scope, options);
  const page = selectPage(scope, options, snapshot, startKey);
  return renderList(scope, {
    representation,
    entries: page.entries,
    revision,
    ...(page.next === undefined ? {} : { continueToken: formatContinue({ revision, start: page.next }) }),
    ...(page.remaining === undefined ? {} : { remaining: page.remaining }),
  });
}

export function offerOf({ resource }: Pick<Scope, 'resource'>, collection: boolean): Parameters<typeof negotiate>[1] {
  return {
    transforms: ['table', collection ? 'partialList' : 'partial', 'partial', 'partialList'],
    yaml: true,
    ...(resource.custom === true ? { custom: true } : {}),
  };
}

/** L4: a version is a decimal number; `0` means any. */
export function parseVersion(text: string): number {
  if (!/^(?:0|[1-9]\d{0,19})$/.test(text) || BigInt(text) >= 2n ** 64n) {
    const value = JSON.stringify(text);
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`,
    );
  }
  return Number(text);
}

/** L3: waits up to three seconds for a version that has not happened yet. */
export async function waitForVersion({ core, request }: Scope, revision: number): Promise<void> {
  if (revision <= core.feed.revision) return;
  const late = Promise.withResolvers<'late'>();
  const timer = core.clock.after(3000, () => late.resolve('late'));
  request.signal.addEventListener('abort', () => late.resolve('late'), { once: true });
  // A version that another server has heard of without an event for us: asking the store brings it here.
  core.objects.refresh().catch(() => undefined);
  const outcome = await Promise.race([core.feed.reached(revision), late.promise]);
  timer.cancel();
  if (outcome === 'late') {
    throw timeout(`Too large resource version: ${revision}, current: ${core.feed.revision}`, {
      reason: 'ResourceVersionTooLarge',
      message: 'Too large resource version',
    });
  }
}

interface OpenSnapshot {
  readonly snapshot: ReadonlyOrderedMap<Entry>;
  readonly revision: number;
  readonly startKey: string;
}

/** The table of list versions: which snapshot of the resource answers this request. */
async function openSnapshot(scope: Scope, options: ReadOptions): Promise<OpenSnapshot> {
  const { core, resource } = scope;
  const cache = core.objects.cache(resource);
  const { resourceVersion: version, resourceVersionMatch: match, continueToken, limit } = options;
  if (continueToken !== '') {
    const token = parseContinue(continueToken);
    if (version !== '' && version !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    return resume(scope, token);
  }
  if (version === '') {
    await core.objects.refresh();
  } else {
    const wanted = parseVersion(version);
    const exact = match === 'Exact' || (match === '' && limit > 0 && wanted !== 0);
    if (wanted !== 0) await waitForVersion(scope, wanted);
    if (exact) {
      const snapshot = cache.at(wanted);
      if (snapshot === undefined) throw expired('The resourceVersion for the provided list is too old.');
      return { snapshot, revision: wanted, startKey: '' };
    }
  }
  return { snapshot: cache.current(), revision: core.feed.revision, startKey: '' };
}

/** L6, L7: the next page of an older snapshot. */
async function resume(scope: Scope, token: Continue): Promise<OpenSnapshot> {
  const cache = scope.core.objects.cache(scope.resource);
  if (token.revision < 0) {
    await scope.core.objects.refresh();
    return { snapshot: cache.current(), revision: scope.core.feed.revision, startKey: token.start };
  }
  await waitForVersion(scope, token.revision);
  const snapshot = cache.at(token.revision);
  if (snapshot === undefined) {
    const error = expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
        'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
        'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
        'deleted between the time the first chunk was returned and now may show up in the list.',
    );
    error.status.metadata = { continue: formatContinue({ revision: -1, start: token.start }) };
    throw error;
  }
  return { snapshot, revision: token.revision, startKey: token.start };
}

interface Page {
  readonly entries: Iterable<Entry>;
  readonly next?: string;
  readonly remaining?: number;
}

function selectPage(scope: Scope, options: ReadOptions, snapshot: ReadonlyOrderedMap<Entry>, startKey: string): Page {
  const prefix = scanPrefix(scope, options.fields);
  const { limit } = options;
  const matches = matcher(scope, options);
  if (limit <= 0) return { entries: filtered(snapshot.iterate(startKey, prefix), matches) };
  const entries: Entry[] = [];
  let last = '';
  for (const entry of filtered(snapshot.iterate(startKey, prefix), matches)) {
    if (entries.length === limit) {
      const remaining =
        options.labels.empty && options.fields.empty ? snapshot.countPrefix(prefix, `${last}\0`) : undefined;
      return { entries, next: `${last}\0`, ...(remaining === undefined ? {} : { remaining }) };
    }
    entries.push(entry);
    last = entry.key;
  }
  return { entries };
}

function* filtered(entries: Iterable<readonly [string, Entry]>, matches: (entry: Entry) => boolean): Generator<Entry> {
  for (const [, entry] of entries) if (matches(entry)) yield entry;
}

/** L43: a namespace narrows the range of keys. */
function scanPrefix({ resource, info }: Scope, fields: FieldSelector): string {
  if (!resource.namespaced) return '';
  const namespace = info.namespace === '' ? (fields.exact('metadata.namespace') ?? '') : info.namespace;
  return namespace === '' ? '' : `${namespace}/`;
}

/** Label and field selectors over an entry; the object is parsed only when a field beyond its key is asked for. */
export function matcher(scope: Scope, options: Pick<ReadOptions, 'labels' | 'fields'>): (entry: Entry) => boolean {
  const { labels, fields } = options;
  if (labels.empty && fields.empty) return () => true;
  return (entry) =>
    (labels.empty || labels.matches(entry.labels)) && (fields.empty || fields.matches(fieldReader(scope, entry)));
}

function fieldReader({ resource, version }: Scope, entry: Entry): (field: string) => string {
  const slash = resource.namespaced ? entry.key.indexOf('/') : -1;
  let object: KubeObject | undefined;
  return (field) => {
    if (field === 'metadata.name') return entry.key.slice(slash + 1);
    if (field === 'metadata.namespace') return slash < 0 ? '' : entry.key.slice(0, slash);
    object ??= version.fromStorage?.(entry.parse()) ?? entry.parse();
    return resource.fields.get(field)?.(object) ?? '';
  };
}
