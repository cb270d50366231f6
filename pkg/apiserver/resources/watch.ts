/** Watch (L20–L39): from a version, from a snapshot, or from a snapshot with the mark of its end. */
import { expired } from '../../api/status.ts';
import type { Status } from '../../api/status.ts';
import type { Timer } from '../../clock/index.ts';
import type { ApiResponse, Sink } from '../http/exchange.ts';
import { negotiate, type Representation } from '../http/negotiate.ts';
import type { Subscriber, WatchCache } from '../watchcache/cache.ts';
import type { Change } from '../watchcache/change.ts';
import type { Entry } from '../watchcache/entry.ts';
import { FrameEncoder } from './frames.ts';
import { readOptions, type ReadOptions } from './options.ts';
import { matcher, offerOf, parseVersion, waitForVersion } from './read.ts';
import type { Scope } from './scope.ts';

/** L36: a watcher that lags further behind is ended; it resumes from its last version. */
const maxBufferedBytes = 8 * 1024 * 1024;
/** L32 */
const bookmarkEveryMs = 60_000;
const bookmarkBeforeEndMs = 2_000;
/** A day; timers that do not fit 31 bits would fire at once. */
const maxLifetimeMs = 24 * 3_600_000;

export async function watchObjects(scope: Scope): Promise<ApiResponse> {
  const representation = negotiate(scope.request.headers.accept, offerOf(scope, true));
  const options = readOptions(scope, true);
  const start = await startOf(scope, options);
  const leave = scope.core.watches.enter(scope.user.username);
  // Who asks with HEAD, or is gone before the stream begins, never closes one.
  scope.request.signal.addEventListener('abort', leave, { once: true });
  if (scope.request.signal.aborted) leave();
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' },
    body: (sink) => {
      sink.onClose(leave);
      new WatchStream(scope, options, representation, endingWith(sink, leave)).run(start);
    },
  };
}

/** A stream that we end gives its place back at once, whenever its socket closes. */
function endingWith(sink: Sink, leave: () => void): Sink {
  return {
    write: (chunk) => sink.write(chunk),
    end: () => {
      leave();
      sink.end();
    },
    get bufferedBytes() {
      return sink.bufferedBytes;
    },
    onDrain: (callback) => sink.onDrain(callback),
    onClose: (callback) => sink.onClose(callback),
  };
}

type Start =
  /** Synthetic ADDED for everything, then changes. */
  | { readonly kind: 'snapshot'; readonly mark: boolean }
  /** Changes after a version; -1: from now. */
  | { readonly kind: 'after'; readonly revision: number };

async function startOf(scope: Scope, options: ReadOptions): Promise<Start> {
  const { resourceVersion: version, sendInitialEvents } = options;
  const revision = version === '' ? 0 : parseVersion(version);
  if (sendInitialEvents === true) {
    if (version === '') await scope.core.objects.refresh();
    else await waitForVersion(scope, revision);
    return { kind: 'snapshot', mark: options.allowWatchBookmarks };
  }
  if (version === '') await scope.core.objects.refresh();
  if (sendInitialEvents === false) return { kind: 'after', revision: revision === 0 ? -1 : revision };
  return revision === 0 ? { kind: 'snapshot', mark: false } : { kind: 'after', revision };
}

class WatchStream implements Subscriber {
  readonly #scope: Scope;
  readonly #options: ReadOptions;
  readonly #sink: Sink;
  readonly #cache: WatchCache;
  readonly #frames: FrameEncoder;
  readonly #matches: (entry: Entry) => boolean;
  readonly #prefix: string;
  /** Changes at or before this are known to the client already. */
  #revision = 0;
  #timers: Timer[] = [];
  #release: () => void = () => undefined;
  #ended = false;

  constructor(scope: Scope, options: ReadOptions, representation: Representation, sink: Sink) {
    this.#scope = scope;
    this.#options = options;
    this.#sink = sink;
    this.#cache = scope.core.objects.cache(scope.resource);
    this.#frames = FrameEncoder.for(scope, representation);
    const matches = matcher(scope, options);
    this.#prefix = scope.resource.namespaced && scope.info.namespace !== '' ? `${scope.info.namespace}/` : '';
    this.#matches = this.#prefix === '' ? matches : (entry) => entry.key.startsWith(this.#prefix) && matches(entry);
  }

  run(start: Start): void {
    const { core, request } = this.#scope;
    this.#sink.onClose(() => this.#stop());
    if (start.kind === 'snapshot') this.#sendSnapshot(start.mark);
    else if (!this.#catchUp(start.revision)) return;
    const stop = (): void => this.#end();
    core.stopping.addEventListener('abort', stop, { once: true });
    request.signal.addEventListener('abort', stop, { once: true });
    const unsubscribe = this.#cache.subscribe(this);
    this.#release = () => {
      unsubscribe();
      core.stopping.removeEventListener('abort', stop);
      request.signal.removeEventListener('abort', stop);
    };
    if (core.stopping.aborted || request.signal.aborted) {
      this.#end();
      return;
    }
    this.#startTimers();
  }

  changed(change: Change): void {
    if (change.revision <= this.#revision) return;
    this.#revision = change.revision;
    this.#send(change);
  }

  progressed(): void {
    // Bookmarks are sent by time; progress only moves the version they carry.
  }

  lost(): void {
    this.#end();
  }

  #sendSnapshot(mark: boolean): void {
    const { core } = this.#scope;
    const revision = core.feed.revision;
    for (const [, entry] of this.#cache.current().iterate('', this.#prefix)) {
      if (this.#matches(entry)) this.#write(this.#frames.once('ADDED', entry));
    }
    this.#revision = revision;
    if (mark) this.#write(this.#frames.bookmark(revision, true));
  }

  /** False when the version is too old: the stream has ended with the error (L22). */
  #catchUp(revision: number): boolean {
    if (revision < 0) {
      this.#revision = this.#scope.core.feed.revision;
      return true;
    }
    const changes = this.#cache.changesAfter(revision);
    if (changes === undefined) {
      this.#fail(expired(`too old resource version: ${revision} (${this.#cache.floor})`).status);
      return false;
    }
    for (const change of changes) this.#send(change);
    // L29: a version that lies ahead starts silently; nothing before it is delivered.
    this.#revision = Math.max(revision, changes.at(-1)?.revision ?? 0);
    return true;
  }

  /** L26: what a selector sees of a change. */
  #send(change: Change): void {
    const { entry, previous, type } = change;
    const now = type !== 'DELETED' && this.#matches(entry);
    const before = previous !== undefined && this.#matches(previous);
    if (now) this.#write(this.#frames.shared(before ? 'MODIFIED' : 'ADDED', change));
    else if (before) this.#write(this.#frames.shared('DELETED', change));
  }

  #write(frame: Uint8Array): void {
    if (this.#ended) return;
    this.#sink.write(frame);
    if (this.#sink.bufferedBytes > maxBufferedBytes) this.#end();
  }

  #startTimers(): void {
    const { clock } = this.#scope.core;
    const seconds = this.#options.timeoutSeconds;
    // L33: without a wish of the client, between half an hour and an hour.
    const wishedMs = seconds === undefined || seconds <= 0 ? (1800 + Math.random() * 1800) * 1000 : seconds * 1000;
    const lifetimeMs = Math.min(wishedMs, maxLifetimeMs);
    this.#timers.push(clock.after(lifetimeMs, () => this.#end()));
    if (!this.#options.allowWatchBookmarks) return;
    if (lifetimeMs > bookmarkBeforeEndMs) {
      this.#timers.push(clock.after(lifetimeMs - bookmarkBeforeEndMs, () => this.#bookmark()));
    }
    const again = (): void => {
      this.#bookmark();
      this.#timers[0] = clock.after(bookmarkEveryMs, again);
    };
    this.#timers.unshift(clock.after(bookmarkEveryMs, again));
  }

  #bookmark(): void {
    this.#revision = Math.max(this.#revision, this.#scope.core.feed.revision);
    this.#write(this.#frames.bookmark(this.#revision, false));
  }

  #fail(status: Status): void {
    this.#sink.write(Buffer.from(`${JSON.stringify({ type: 'ERROR', object: status })}\n`));
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#stop();
    this.#sink.end();
  }

  #stop(): void {
    this.#ended = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#release();
  }
}
