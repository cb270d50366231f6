export type { EtcdStoreOptions } from './open.ts';
export { openEtcdStore } from './open.ts';
export { EtcdStore } from './store.ts';
