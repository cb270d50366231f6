import type { ListOptions, WatchOptions, WriteOptions } from './client.ts';

type Value = string | number | boolean | undefined;

/** `?a=b&c=d`, or nothing; empty and undefined values are left out, as client-go does. */
export function renderQuery(values: Readonly<Record<string, Value>>): string {
  const parts: string[] = [];
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (value !== undefined && value !== '') parts.push(`${name}=${encodeURIComponent(value)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Query of a list; `limit=0` means no limit and is not sent. */
export function listQuery(options: ListOptions): Record<string, Value> {
  return {
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.limit || undefined,
    continue: options.continue,
    resourceVersion: options.resourceVersion,
    resourceVersionMatch: options.resourceVersionMatch,
  };
}

export function watchQuery(options: WatchOptions): Record<string, Value> {
  return {
    watch: true,
    ...listQuery(options),
    allowWatchBookmarks: options.allowWatchBookmarks || undefined,
    sendInitialEvents: options.sendInitialEvents,
    timeoutSeconds: options.timeoutSeconds,
  };
}

export function writeQuery(options: WriteOptions & { readonly force?: boolean }): Record<string, Value> {
  return {
    dryRun: options.dryRun === true ? 'All' : undefined,
    fieldManager: options.fieldManager,
    fieldValidation: options.fieldValidation,
    force: options.force || undefined,
  };
}
