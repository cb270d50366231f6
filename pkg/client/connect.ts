/**
 * From "which cluster" to a Connection that hands out clients: one set of sockets for ordinary work, another for each
 * client that must never queue behind it (the elector's, LE3).
 */
import { systemClock } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import { CachedCredentials } from './cached-credentials.ts';
import type { Transport } from './client.ts';
import { fixedCredentials } from './credentials.ts';
import type { CredentialSource } from './credentials.ts';
import { inClusterServer, isInCluster, loadInCluster } from './in-cluster.ts';
import { Kubeconfig } from './kubeconfig.ts';
import type { KubeconfigSource } from './kubeconfig.ts';
import { RestClient } from './rest-client.ts';
import type { RestClientOptions } from './rest-client.ts';
import { UndiciTransport } from './undici-transport.ts';
import { userAgent } from './user-agent.ts';

export interface ConnectOptions {
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: MetricRegistry;
  /** Version in the user agent; `dev` by default. */
  readonly version?: string;
}

/** A server whose identity and ours are known in this process; PEM text, not base64. */
export interface DirectServer {
  readonly server: string;
  readonly caData?: string;
  readonly certData?: string;
  readonly keyData?: string;
  readonly token?: string;
  /** Also what plain `http:` needs (DC12). */
  readonly insecureSkipTlsVerify?: boolean;
}

export type ClientOptions = Omit<
  RestClientOptions,
  'transport' | 'userAgent' | 'clock' | 'log' | 'metrics' | 'host'
> & {
  /** Last word of the user agent, for example `endpointslice-controller`. */
  readonly component: string;
  /** Sockets of its own (LE3). */
  readonly dedicated?: boolean;
  /** Puts itself between client and sockets, for example a fence (LE15). */
  readonly through?: (transport: Transport) => Transport;
};

/** Connects without loading client-node: certificates or a token at hand. */
export function connectWith(server: DirectServer, options: ConnectOptions = {}): Connection {
  const { caData, certData, keyData, token, insecureSkipTlsVerify } = server;
  const credentials = fixedCredentials({
    ...(caData === undefined ? {} : { ca: caData }),
    ...(certData === undefined ? {} : { cert: certData }),
    ...(keyData === undefined ? {} : { key: keyData }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(insecureSkipTlsVerify === true ? { insecure: true } : {}),
  });
  return new Connection(server.server, credentials, options);
}

/** Connects as a Pod does, with the mounted ServiceAccount (CL18). */
export async function connectInCluster(options: ConnectOptions = {}): Promise<Connection> {
  const { clock = systemClock, log = silentLogger } = options;
  const credentials = new CachedCredentials({ clock, log, load: () => loadInCluster() });
  await credentials.current();
  return new Connection(inClusterServer(), credentials, options);
}

/** Connects as kubectl would; without a file inside a Pod, as the Pod. */
export async function connect(source: KubeconfigSource = {}, options: ConnectOptions = {}): Promise<Connection> {
  if (source.path === undefined && !process.env['KUBECONFIG'] && isInCluster()) return connectInCluster(options);
  const { clock = systemClock, log = silentLogger } = options;
  const kubeconfig = await Kubeconfig.load(source);
  const credentials = new CachedCredentials({ clock, log, load: (refused) => kubeconfig.credentials(refused) });
  const { server, namespace, insecure } = kubeconfig;
  if (insecure) log.warn({ server }, 'Server certificate is not verified: insecure-skip-tls-verify is set');
  return new Connection(server, credentials, options, namespace);
}

export class Connection implements AsyncDisposable {
  readonly server: string;
  /** The context's namespace. */
  readonly namespace: string;
  readonly #credentials: CredentialSource;
  readonly #options: ConnectOptions;
  readonly #transports: Transport[] = [];
  #shared: Transport | undefined;

  constructor(server: string, credentials: CredentialSource, options: ConnectOptions, namespace = 'default') {
    this.server = server;
    this.namespace = namespace;
    this.#credentials = credentials;
    this.#options = options;
  }

  /** A client with its own rate limit: 20 requests a second, 30 at once, unless said otherwise (CL7). */
  client({ component, dedicated, through, ...rest }: ClientOptions): RestClient {
    const transport = dedicated === true ? this.#open() : (this.#shared ??= this.#open());
    const { clock, log, metrics, version } = this.#options;
    return new RestClient({
      rateLimit: {},
      compressLists: !isLoopback(this.server),
      ...rest,
      transport: through === undefined ? transport : through(transport),
      userAgent: userAgent(component, version),
      host: new URL(this.server).host,
      ...(clock === undefined ? {} : { clock }),
      ...(log === undefined ? {} : { log }),
      ...(metrics === undefined ? {} : { metrics }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close()));
  }

  #open(): Transport {
    const { clock } = this.#options;
    const transport = new UndiciTransport({
      server: this.server,
      credentials: this.#credentials,
      ...(clock === undefined ? {} : { clock }),
    });
    this.#transports.push(transport);
    return transport;
  }
}

function isLoopback(server: string): boolean {
  return /^(localhost|127\.|\[::1\])/.test(new URL(server).host);
}
