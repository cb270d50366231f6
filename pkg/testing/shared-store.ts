/** A store that several servers of one process share, as they share an etcd: each hears of writes a little later. */
import { MemoryStore } from '../storage/memory/index.ts';
import type { Store, StoreEvent, WatchOptions, WatchSink } from '../storage/store.ts';

export interface SharedStore {
  readonly memory: MemoryStore;
  /** Ends every watch, as a compaction behind it does. */
  breakWatches(): void;
  /** Another server's view. */
  open(): Store;
}

/** Each delivery comes some turns of the event loop late; `turns` says how many. */
export function sharedStore(turns: () => number): SharedStore {
  const memory = new MemoryStore();
  const open = new Set<WatchSink>();
  const later = async (): Promise<void> => {
    for (let turn = turns(); turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const watch = (prefix: string, sink: WatchSink, options: WatchOptions): void => {
    // One after the other: late, but in order.
    let queue = Promise.resolve();
    const ended = new AbortController();
    const lagging = (deliver: () => void): void => {
      queue = queue.then(later).then(() => {
        if (!options.signal.aborted && !ended.signal.aborted) deliver();
      });
    };
    const slow: WatchSink = {
      events: (events: readonly StoreEvent[]) => lagging(() => sink.events(events)),
      progress: (revision) => lagging(() => sink.progress?.(revision)),
      error: (error) => {
        if (ended.signal.aborted) return;
        ended.abort();
        open.delete(slow);
        sink.error(error);
      },
    };
    open.add(slow);
    memory.watch(prefix, slow, { ...options, signal: AbortSignal.any([options.signal, ended.signal]) });
  };
  return {
    memory,
    breakWatches: () => {
      for (const sink of Array.from(open)) sink.error(new Error('the watch broke'));
    },
    open: () =>
      new Proxy<Store>(memory, {
        get(target, property) {
          if (property === 'shared') return true;
          if (property === 'watch') return watch;
          // It is the others' as well.
          if (property === 'close' || property === Symbol.asyncDispose) return async (): Promise<void> => undefined;
          const value: unknown = Reflect.get(target, property);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
  };
}
