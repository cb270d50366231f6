/** K25: transactions of etcd's default size. */
const batchOperations = 100;
const batchBytes = 512 * 1024;

/** The entries in parts that one transaction holds. */
export function* batches<T extends { readonly value: string }>(entries: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const full = batch.length === batchOperations || bytes + entry.value.length > batchBytes;
    if (full && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry.value.length;
  }
  if (batch.length > 0) yield batch;
}
