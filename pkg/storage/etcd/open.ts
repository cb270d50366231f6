import type { Store } from '../store.ts';
import { KeyMap } from './key-map.ts';
import { Members, type MemberOptions } from './members.ts';
import { statusAnswer } from './responses.ts';
import { EtcdStore } from './store.ts';
import { trustsProgress } from './version.ts';

/** How a store in etcd is opened. */
export interface EtcdStoreOptions extends MemberOptions {
  /** What stands before every key in etcd. */
  readonly prefix: string;
  /** What the store's keys begin with instead; default nothing. */
  readonly root?: string;
}

/** Waits for a member that answers, and finds out what it can do. */
export async function openEtcdStore(options: EtcdStoreOptions): Promise<Store & EtcdStore> {
  const members = new Members(options);
  try {
    const status = await members.call('/etcdserverpb.Maintenance/Status', Buffer.alloc(0), 'always');
    const keys = new KeyMap(options.root ?? '', options.prefix);
    return new EtcdStore({ members, keys, trustProgress: trustsProgress(statusAnswer(status).version) });
  } catch (error) {
    members.close();
    throw error;
  }
}
