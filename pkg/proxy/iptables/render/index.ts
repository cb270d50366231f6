export { canaryChain, canaryTables, jumps } from './jumps.ts';
export type { Jump } from './jumps.ts';
export { comment, isNotPod } from './match.ts';
export { isServiceChain } from './names.ts';
export { masqueradeMark } from './options.ts';
export type { IptablesOptions } from './options.ts';
export { IptablesRenderer, renderIptables } from './render.ts';
export type { RestoreInput, SyncScope } from './render.ts';
