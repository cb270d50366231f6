/** Fills a store from contents; what was interrupted is taken up again, and nothing counts until both sides are equal. */
import type { Store } from '../../storage/store.ts';
import { ConfigError } from '../config-error.ts';
import { migrationMarker, storeMarker, type StoreMarker } from '../etcd-options.ts';
import { contentsOf, digestOf, isMoved, root, type Contents, type Entry } from './contents.ts';
import { Progress } from './progress.ts';

/** Written with each stretch. */
interface Marker {
  readonly from: string;
  readonly revision: number;
  /** The last key that is there. */
  readonly through: string;
  /** What the target's own revisions fall short of the source's. */
  readonly offset: number;
}

interface Sum {
  readonly count: number;
  readonly sha256: string;
}

export interface Filled {
  readonly count: number;
  readonly sha256: string;
  /** Higher than any version that the source has given. */
  readonly revision: number;
}

/** Versions that may have been given while nobody looked. */
const margin = 1_000;
const eventSeconds = 3_600;
/** Keys whose lease does not travel: Events live for an hour from now. */
const isEvent = (key: string): boolean => key.startsWith(`${root}events/`);

/** `source` gives contents from behind a key on. */
export async function fill(
  target: Store,
  source: { readonly name: string; readonly revision: number; readonly open: (after: string) => Promise<Contents> },
): Promise<Filled> {
  const marker = await begin(target, source);
  const contents = await source.open(marker.through);
  await copy(target, contents, marker);
  const [wanted, found] = await compare(target, await source.open(''));
  if (wanted.sha256 !== found.sha256) {
    throw new ConfigError(
      `the copy differs from its source (${found.count} objects instead of ${wanted.count}); did somebody write meanwhile? Run it again.`,
    );
  }
  await put(target, storeMarker, JSON.stringify({ format: 1, revisionOffset: marker.offset } satisfies StoreMarker));
  const { kv } = await target.get(migrationMarker);
  if (kv !== undefined) await target.delete(migrationMarker, kv.modRevision);
  return { ...wanted, revision: (await target.currentRevision()) + marker.offset };
}

async function begin(target: Store, source: { readonly name: string; readonly revision: number }): Promise<Marker> {
  const { kv } = await target.get(migrationMarker);
  if (kv !== undefined) {
    const marker = JSON.parse(kv.value) as Marker;
    if (marker.from !== source.name) {
      throw new ConfigError(
        `the target holds an unfinished copy of ${marker.from}; finish that one, or empty the target.`,
      );
    }
    // A source that has moved on is read from its beginning: what was copied may have changed.
    return marker.revision === source.revision ? marker : { ...marker, through: '', revision: source.revision };
  }
  const { items, count, revision } = await target.range(root, { limit: 1, keysOnly: true });
  if (count > 0) {
    throw new ConfigError(
      `the target is not empty (${count} keys, the first is ${items[0]?.key}); choose another, or empty it.`,
    );
  }
  return {
    from: source.name,
    revision: source.revision,
    through: '',
    offset: Math.max(0, source.revision + margin - revision),
  };
}

async function copy(target: Store, contents: Contents, marker: Marker): Promise<void> {
  const progress = new Progress('copying', contents.count);
  const lease = await target.grantLease(eventSeconds);
  await put(target, migrationMarker, JSON.stringify(marker));
  for await (const entries of contents.pages()) {
    await write(
      target,
      entries.filter(({ key }) => !isEvent(key)),
    );
    await write(
      target,
      entries.filter(({ key }) => isEvent(key)),
      lease,
    );
    await put(target, migrationMarker, JSON.stringify({ ...marker, through: entries.at(-1)?.key ?? '' }));
    progress.add(entries.length);
  }
  progress.end();
}

async function write(target: Store, entries: readonly Entry[], lease = 0): Promise<void> {
  if (target.load === undefined) {
    await Promise.all(entries.map(({ key, value }) => put(target, key, value, lease)));
    return;
  }
  const load = target.load.bind(target);
  const stretches = Array.from({ length: Math.ceil(entries.length / 100) }, (_, i) =>
    entries.slice(i * 100, i * 100 + 100),
  );
  await Promise.all(stretches.map((stretch) => load(stretch, { lease })));
}

async function put(target: Store, key: string, value: string, lease = 0): Promise<void> {
  const options = lease === 0 ? {} : { lease };
  let result = await target.create(key, value, options);
  while (!result.ok && result.current?.value !== value) {
    const { current } = result;
    result =
      current === undefined
        ? await target.create(key, value, options)
        : await target.update(key, value, current.modRevision, options);
  }
}

/** Both sums; what only the target has is taken away first. */
async function compare(target: Store, source: Contents): Promise<readonly [Sum, Sum]> {
  const progress = new Progress('verifying', 2 * source.count);
  const keys = new Set<string>();
  const wanted = await digestOf(source, (entries) => {
    for (const { key } of entries) keys.add(key);
    progress.add(entries.length);
  });
  let startKey = root;
  for (let more = true; more;) {
    const page = await target.range(root, { startKey, limit: 10_000, keysOnly: true });
    for (const { key, modRevision } of page.items) {
      if (isMoved(key) && !keys.has(key)) await target.delete(key, modRevision);
    }
    startKey = `${page.items.at(-1)?.key ?? ''}\0`;
    more = page.more;
  }
  const found = await digestOf(await contentsOf(target), (entries) => progress.add(entries.length));
  progress.end();
  return [wanted, found];
}
