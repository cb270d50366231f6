export type {
  Client,
  DeleteOptions,
  ListOptions,
  ListResult,
  ObjectKey,
  PatchType,
  Transport,
  TransportRequest,
  TransportResponse,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './client.ts';
export { connect, connectInCluster, Connection, connectWith } from './connect.ts';
export type { ClientOptions, ConnectOptions, DirectServer } from './connect.ts';
export type { KubeconfigSource } from './kubeconfig.ts';
export { RestClient } from './rest-client.ts';
export type { RestClientOptions } from './rest-client.ts';
export type { RateLimitOptions } from './rate-limit.ts';
export { retryAfterMs } from './retry-after.ts';
export { isTransportError, TransportError } from './transport-error.ts';
export type { TransportFault } from './transport-error.ts';
export { CutFrameError } from './watch-events.ts';
