export type { MemoryStoreOptions } from './store.ts';
export { MemoryStore } from './store.ts';
