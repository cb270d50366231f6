/**
 * D4, IN47: before a new leader writes for the first time, its caches must hold everything the old leader wrote.
 *
 * 1. Ask the server for the latest version B of the collection, with a quorum read of one object.
 * 2. Most caches are there, or get there within a tenth of a second.
 * 3. A quiet collection moves only by bookmark, once a minute. So open a second watch at the cache's version with a
 *    short time: what it brings is what the cache has still to receive, and its closing bookmark says it was all.
 */
import type { KubeObject } from '../api/types.ts';
import type { Client } from '../client/index.ts';
import { Deadline, DeadlineError, sleep, systemClock } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Informer } from './informer.ts';
import { isAtLeast } from './resource-version.ts';

export interface BarrierOptions {
  readonly client: Client;
  readonly informers: readonly Informer<KubeObject>[];
  readonly clock?: Clock;
  /** 10 s by default; who does not get through gives up leading. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const patienceMs = 100;
/** The server sends its closing bookmark two seconds before the end. */
const probeSeconds = 3;
/** Between a probe that said nothing and the next. */
const pauseMs = 250;

/** Resolves when every cache is as new as the server was at the call; rejects with a DeadlineError after the time. */
export async function waitUntilFresh(options: BarrierOptions): Promise<void> {
  const { client, informers, clock = systemClock, timeoutMs = 10_000, signal } = options;
  using deadline = new Deadline(clock, timeoutMs, signal);
  await Promise.all(informers.map((informer) => freshen(client, clock, informer, deadline.signal)));
}

async function freshen(client: Client, clock: Clock, informer: Informer<KubeObject>, signal: AbortSignal) {
  await informer.waitForSync(signal);
  const { resourceVersion: wanted } = await client.list(informer.type, { ...informer.scope, limit: 1, signal });
  if (await within(clock, patienceMs, signal, (soon) => informer.waitUntilAtLeast(wanted, soon))) return;
  while (!isAtLeast(informer.store.lastVersion, wanted)) {
    const missing = await probe(client, informer, wanted, signal).catch(() => undefined);
    if (missing === undefined) {
      await sleep(clock, pauseMs, signal);
      continue;
    }
    await informer.waitUntilAtLeast(missing, signal);
    return;
  }
}

/**
 * The version of the last change between the cache and `wanted`; the cache's own when there was none; undefined when
 * the watch ended without saying.
 */
async function probe(client: Client, informer: Informer<KubeObject>, wanted: string, signal: AbortSignal) {
  let seen = informer.store.lastVersion;
  const request = { ...informer.scope, allowWatchBookmarks: true, timeoutSeconds: probeSeconds, signal };
  for await (const { type, object } of client.watch(informer.type, { ...request, resourceVersion: seen })) {
    if (type === 'ERROR') return undefined;
    const version = object.metadata.resourceVersion ?? '';
    if (type !== 'BOOKMARK') seen = version;
    if (isAtLeast(version, wanted)) return seen;
  }
  return undefined;
}

/** Runs something under a shorter deadline; false when that was what ended it. */
async function within(clock: Clock, ms: number, signal: AbortSignal, run: (signal: AbortSignal) => Promise<void>) {
  using deadline = new Deadline(clock, ms, signal);
  try {
    await run(deadline.signal);
    return true;
  } catch (error) {
    if (!signal.aborted && deadline.signal.reason instanceof DeadlineError) return false;
    throw error;
  }
}
