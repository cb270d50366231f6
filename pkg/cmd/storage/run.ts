/** `fairlead storage …`: what the four commands do. */
import type { EtcdFlags } from '../etcd-options.ts';
import { readBackup, writeBackup } from './backup-file.ts';
import { contentsOf, digestOf } from './contents.ts';
import { fill, type Filled } from './fill.ts';
import { Progress } from './progress.ts';
import { formatStoreAddress, openForFilling, openForReading, type StoreAddress } from './store-address.ts';

/** Versions that may have been given since a backup was made, and then some (K1). */
const restoreMargin = 1_000_000;

export async function runMigrate(from: StoreAddress, to: StoreAddress, flags: EtcdFlags): Promise<void> {
  await using source = await openForReading(from, flags);
  const revision = await source.currentRevision();
  await using target = await openForFilling(to, flags, revision + 1_000);
  const open = (after: string) => contentsOf(source, after);
  tell(
    `${formatStoreAddress(from)} is now in ${formatStoreAddress(to)}`,
    await fill(target, { name: formatStoreAddress(from), revision, open }),
  );
}

export async function runBackup(from: StoreAddress, file: string, flags: EtcdFlags): Promise<void> {
  await using source = await openForReading(from, flags);
  const contents = await contentsOf(source);
  const { count, sha256 } = await writeBackup(file, contents);
  console.log(`${file}: ${count} objects as of revision ${contents.revision}, sha256 ${sha256}`);
}

export async function runRestore(file: string, to: StoreAddress, flags: EtcdFlags): Promise<void> {
  const revision = (await readBackup(file)).revision + restoreMargin;
  await using target = await openForFilling(to, flags, revision);
  const open = (after: string) => readBackup(file, after);
  tell(`${file} is now in ${formatStoreAddress(to)}`, await fill(target, { name: file, revision, open }));
}

/** Reads everything; 1 when something is wrong. */
export async function runCheck(at: StoreAddress, flags: EtcdFlags): Promise<number> {
  await using store = await openForReading(at, flags);
  const { problem, sizeBytes } = await store.status();
  const contents = await contentsOf(store);
  const progress = new Progress('reading', contents.count);
  const kinds = new Map<string, number>();
  const problems = problem === undefined ? [] : [problem];
  const { count, sha256 } = await digestOf(contents, (entries) => {
    for (const { key, value } of entries) {
      const kind = kindOf(key);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const found = problemOf(value);
      if (found !== undefined) problems.push(`${key}: ${found}`);
    }
    progress.add(entries.length);
  });
  progress.end();
  for (const [kind, number] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${kind.padEnd(40)}${number}`);
  console.log(`${count} objects, ${Math.round(sizeBytes / 1024)} KiB, revision ${contents.revision}, sha256 ${sha256}`);
  for (const line of problems) console.error(line);
  console.log(problems.length === 0 ? 'no problem was found' : `${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

const kindOf = (key: string): string => key.split('/').slice(2, -1).slice(0, 2).join('/');

function problemOf(value: string): string | undefined {
  try {
    const object = JSON.parse(value) as { metadata?: { name?: unknown; uid?: unknown } };
    return typeof object.metadata?.name === 'string' ? undefined : 'the object has no name';
  } catch {
    return 'the value is no JSON';
  }
}

function tell(what: string, { count, sha256, revision }: Filled): void {
  console.log(`${what}: ${count} objects, sha256 ${sha256}, versions go on from ${revision}`);
}
