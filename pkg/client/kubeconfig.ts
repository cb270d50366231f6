/**
 * Kubeconfig files: where they are, how they merge, exec plugins and OIDC are `@kubernetes/client-node`'s knowledge.
 * It is loaded here and nowhere else, and only when a kubeconfig is used (L5, DC1).
 */
import type { KubeConfig } from '@kubernetes/client-node';
import type { RequestOptions } from 'node:https';
import type { Credentials } from './credentials.ts';

export interface KubeconfigSource {
  /** A file; by default $KUBECONFIG, then ~/.kube/config. */
  readonly path?: string;
  readonly context?: string;
}

/** A kubeconfig as read; its exec plugin's answer is kept until it expires. */
export class Kubeconfig {
  readonly #source: KubeconfigSource;
  #config: KubeConfig;

  private constructor(source: KubeconfigSource, config: KubeConfig) {
    this.#source = source;
    this.#config = config;
  }

  static async load(source: KubeconfigSource = {}): Promise<Kubeconfig> {
    return new Kubeconfig(source, await readConfig(source));
  }

  get server(): string {
    return this.#config.getCurrentCluster()?.server ?? '';
  }

  /** Namespace of the context, `default` if it names none. */
  get namespace(): string {
    return this.#config.getContextObject(this.#config.getCurrentContext())?.namespace ?? 'default';
  }

  get insecure(): boolean {
    return this.#config.getCurrentCluster()?.skipTLSVerify ?? false;
  }

  /**
   * Certificates and token files are read anew each time. When the server refused the last set, everything is: a
   * KubeConfig keeps exec credentials that were turned down (DC13).
   */
  async credentials(refused = false): Promise<Credentials> {
    if (refused) this.#config = await readConfig(this.#source);
    return credentialsOf(this.#config);
  }
}

async function readConfig(source: KubeconfigSource): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (source.path === undefined) config.loadFromDefault();
  else config.loadFromFile(source.path);
  if (source.context !== undefined) config.setCurrentContext(source.context);
  if (config.getCurrentCluster() === null) throw new Error(noCluster(config, source));
  return config;
}

async function credentialsOf(config: KubeConfig): Promise<Credentials> {
  const cluster = config.getCurrentCluster();
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const headers = new Map(Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  refuseImpersonation(headers);
  const authorization = basic(options.auth) ?? trimmed(headers.get('authorization'));
  return {
    ...pick('ca', options.ca),
    ...pick('cert', options.cert),
    ...pick('key', options.key),
    ...pick('serverName', cluster?.tlsServerName),
    ...pick('insecure', cluster?.skipTLSVerify),
    ...pick('proxy', cluster?.proxyUrl),
    ...pick('authorization', authorization),
  };
}

/** CL18: acting as somebody else is never a side effect of a file. */
function refuseImpersonation(headers: ReadonlyMap<string, unknown>): void {
  for (const name of headers.keys()) {
    if (name.startsWith('impersonate-')) throw new Error('the kubeconfig user asks for impersonation; remove `as`');
  }
}

const basic = (auth: string | null | undefined): string | undefined =>
  auth ? `Basic ${Buffer.from(auth).toString('base64')}` : undefined;

/** A token file ends with a newline, which no header may hold (DC13). */
const trimmed = (value: unknown): string | undefined => (typeof value === 'string' ? value.trim() : undefined);

function pick(name: keyof Credentials, value: unknown): Partial<Credentials> {
  return value === undefined || value === null || value === false ? {} : { [name]: value };
}

function noCluster(config: KubeConfig, source: KubeconfigSource): string {
  const names = config.getContexts().map((context) => context.name);
  const wanted = source.context ?? config.getCurrentContext();
  const known = names.length === 0 ? 'It has no contexts.' : `It knows: ${names.join(', ')}.`;
  return `kubeconfig${source.path ? ` ${source.path}` : ''}: no cluster for context ${JSON.stringify(wanted)}. ${known}`;
}
