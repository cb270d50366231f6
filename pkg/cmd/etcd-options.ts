/** Flags that say where etcd is, under kube-apiserver's names. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { OffsetStore } from '../storage/offset-store.ts';
import type { Store } from '../storage/store.ts';
import { ConfigError } from './config-error.ts';

export interface EtcdFlags {
  readonly etcdServers?: readonly string[];
  readonly etcdPrefix: string;
  readonly etcdCafile?: string;
  readonly etcdCertfile?: string;
  readonly etcdKeyfile?: string;
  readonly etcdUsername?: string;
  readonly etcdPasswordFile?: string;
}

/** `https://10.0.0.1:2379`, several separated by commas. */
export function parseEndpoints(text: string): readonly string[] {
  return text.split(',').map((part) => {
    const endpoint = part.trim();
    const url = URL.parse(endpoint);
    if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
      throw new InvalidArgumentError(`${JSON.stringify(endpoint)} is no address of etcd; expected https://HOST:2379.`);
    }
    return url.origin;
  });
}

function parsePrefix(text: string): string {
  if (!/^(?:\/[^/]+)+\/?$/.test(text)) throw new InvalidArgumentError('expected a path such as /registry.');
  return text.replace(/\/$/, '');
}

/** Adds them; `--etcd-servers` alone is enough to choose etcd. */
export function addEtcdFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--etcd-servers <urls>',
        'members of etcd, separated by commas; any number of API servers may share them',
      )
        .argParser(parseEndpoints)
        .implies({ storage: 'etcd' }),
    )
    .option('--etcd-prefix <path>', 'where the data begins in etcd', parsePrefix, '/registry')
    .option('--etcd-cafile <path>', "the CA of etcd's serving certificates")
    .option('--etcd-certfile <path>', 'our client certificate for etcd')
    .option('--etcd-keyfile <path>', 'its key')
    .option('--etcd-username <name>', 'user of etcd, when it asks for one')
    .option('--etcd-password-file <path>', 'a file with the password');
}

/** Where the server's keys begin, whatever they begin with in etcd. */
const root = '/registry';
/** Says that the prefix is ours. */
export const storeMarker = `${root}/fairlead.dev/store`;
/** Stands while a migration into the store is not finished. */
export const migrationMarker = `${root}/fairlead.dev/migration`;

/** What the marker says. */
export interface StoreMarker {
  readonly format?: number;
  /** K26: what the revisions of a store that was moved here had come to, beyond etcd's own. */
  readonly revisionOffset?: number;
}

/** Connects, without a look at what is there. */
export async function connectEtcd(flags: EtcdFlags): Promise<Store> {
  const { etcdServers, etcdPrefix, etcdUsername, etcdPasswordFile } = flags;
  if (etcdServers === undefined) throw new ConfigError('--storage etcd needs --etcd-servers.');
  const { openEtcdStore } = await import('../storage/etcd/index.ts');
  return openEtcdStore({
    endpoints: etcdServers,
    prefix: etcdPrefix,
    root,
    ...(flags.etcdCafile === undefined ? {} : { caFile: flags.etcdCafile }),
    ...(flags.etcdCertfile === undefined ? {} : { certFile: flags.etcdCertfile }),
    ...(flags.etcdKeyfile === undefined ? {} : { keyFile: flags.etcdKeyfile }),
    ...(etcdUsername === undefined ? {} : { user: { name: etcdUsername, password: password(etcdPasswordFile) } }),
  }).catch((error: unknown) => {
    throw new ConfigError(`etcd at ${etcdServers.join(', ')} cannot be used: ${(error as Error).message}`);
  });
}

/** The store as servers see it: revisions count on from what a migration has left behind (K26). */
export async function withOffset(store: Store): Promise<Store> {
  const { kv } = await store.get(storeMarker);
  const { revisionOffset = 0 } = JSON.parse(kv?.value ?? '{}') as StoreMarker;
  return revisionOffset > 0 ? new OffsetStore(store, revisionOffset) : store;
}

/** Connects, and makes sure that the data there is Fairlead's (K26). */
export async function openEtcd(flags: EtcdFlags): Promise<Store> {
  const store = await connectEtcd(flags);
  try {
    await claim(store, flags.etcdPrefix);
    return await withOffset(store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function password(path: string | undefined): string {
  if (path === undefined) throw new ConfigError('--etcd-username needs --etcd-password-file.');
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}

/** Part of the objects is worse than none. */
export async function refuseHalfMigrated(store: Store): Promise<void> {
  if ((await store.get(migrationMarker)).kv === undefined) return;
  await store.close();
  throw new ConfigError('the store is filled only in part; run the same `fairlead storage` command once more.');
}

async function claim(store: Store, prefix: string): Promise<void> {
  const { items, count } = await store.range(`${root}/`, { limit: 1, keysOnly: true });
  await refuseHalfMigrated(store);
  if ((await store.get(storeMarker)).kv !== undefined) return;
  if (count > 0) {
    throw new ConfigError(
      `etcd holds ${count} keys under ${prefix} that fairlead has not written (${items[0]?.key}); ` +
        'choose another --etcd-prefix, or empty it.',
    );
  }
  await store.create(storeMarker, JSON.stringify({ format: 1 }));
}
