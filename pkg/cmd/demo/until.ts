/** Waiting for a state of the cluster: woken by its changes, and not for ever. */
import type { ClusterView, ViewSource } from '../cluster-view.ts';

const patienceMs = 10_000;

/** Rejects, saying what was waited for, when it does not come. */
export function until(source: ViewSource, what: string, holds: (view: ClusterView) => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    if (holds(source.view())) resolve();
  };
  const end = source.subscribe(look);
  const timer = setTimeout(() => reject(new Error(`waited ${patienceMs / 1000} s for ${what}`)), patienceMs);
  look();
  return promise.finally(() => {
    end();
    clearTimeout(timer);
  });
}
