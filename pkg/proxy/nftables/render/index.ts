export { layoutNames } from './options.ts';
export type { LayoutName, NftablesOptions } from './options.ts';
export { renderPortObjects } from './port.ts';
export { NftablesProgram, renderNftables, renderNftablesCleanup } from './program.ts';
export type { ExistingObjects, FullSyncOptions } from './program.ts';
export { tableName } from './transaction.ts';
