/** The parts that every request handler needs, wired once in server.ts. */
import type { Clock } from '../clock/index.ts';
import type { Admission } from './admission/admission.ts';
import type { Authenticator } from './authn/authenticator.ts';
import type { ServiceAccountTokens } from './authn/service-account-tokens.ts';
import type { Authorizer } from './authz/authorizer.ts';
import type { WatchLimit } from './limits/watches.ts';
import type { PodRuntime } from './pods/runtime.ts';
import type { QuotaBook } from './quota/book.ts';
import type { ObjectStore } from './registry/object-store.ts';
import type { Registry } from './registry/registry.ts';
import type { Feed } from './watchcache/feed.ts';

export interface ServerCore {
  readonly clock: Clock;
  readonly feed: Feed;
  readonly objects: ObjectStore;
  readonly registry: Registry;
  readonly admission: Admission;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly tokens: ServiceAccountTokens;
  readonly watches: WatchLimit;
  readonly quotas: QuotaBook;
  /** Who runs Pods; absent: no kubelet answers. */
  readonly pods?: PodRuntime;
  /** Aborted when the server stops: ends watches. */
  readonly stopping: AbortSignal;
}
