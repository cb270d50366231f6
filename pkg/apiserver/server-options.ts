/** What a server is told at its start. */
import type { Clock } from '../clock/index.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import type { Store } from '../storage/index.ts';
import type { StaticToken } from './authn/authenticator.ts';
import type { KeyPair } from './authn/certificates.ts';
import type { AccessRecord, Handler } from './handler.ts';
import type { ListenerLimits } from './http/listener-limits.ts';
import type { InFlightOptions } from './limits/in-flight.ts';
import type { WatchLimits } from './limits/watches.ts';
import type { PodRuntime } from './pods/runtime.ts';
import type { ServiceOptions } from './services/index.ts';

export interface ApiServerOptions extends ServiceOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Where keys and certificates are kept; absent: made for this process only. */
  readonly identityDirectory?: string;
  /** Absent: no port, only calls in this process. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** What to show clients instead of a certificate of our own authority. */
  readonly serving?: KeyPair;
  /** PEM: authorities whose client certificates name users, beside our own. */
  readonly clientCa?: string;
  /** Where Pods reach this server; absent: the address it listens on, or one of this machine's. */
  readonly advertiseAddress?: string;
  readonly clusterDomain: string;
  readonly tokens: readonly StaticToken[];
  readonly endpointSliceV1beta1: boolean;
  /** Off when a kube-controller-manager does both (D20). */
  readonly lifecycle: boolean;
  /** Serve LoadBalancerPools, for a controller that gives their addresses out. */
  readonly loadBalancerPools?: boolean;
  /** Where counts go; a registry of its own when absent. */
  readonly metrics?: MetricRegistry;
  /** Add this process's own figures to `/metrics`. */
  readonly processMetrics?: boolean;
  /** What a connection may take; what is not said is as in `defaultListenerLimits`. */
  readonly listenerLimits?: Partial<ListenerLimits>;
  /** `https://console.example.com`: whose browser pages may call (SV24). */
  readonly allowedOrigins?: readonly string[];
  readonly inFlight?: InFlightOptions;
  readonly watchLimits?: WatchLimits;
  readonly observe?: (record: AccessRecord) => void;
  /** Stands between every caller, the server itself included, and the server: for tests. */
  readonly intercept?: (next: Handler) => Handler;
  /** Who runs Pods: answers `logs`, `exec`, `port-forward`. */
  readonly pods?: PodRuntime;
  readonly onPanic: (error: unknown, auditId: string) => void;
  readonly onError: (error: unknown) => void;
}
