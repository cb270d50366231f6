export { Elector, newIdentity } from './elector.ts';
export type { ElectionCallbacks, ElectorOptions, Outcome } from './elector.ts';
export { fenceTransport, NotLeaderError, openFence } from './fence.ts';
export type { Fence, FenceOptions } from './fence.ts';
export { suspendAwareClock } from './suspend-aware-clock.ts';
export { checkTimings, defaultTimings } from './timings.ts';
export type { Timings } from './timings.ts';
