/** A real etcd, kube-apiserver and kube-controller-manager, and replicas of `fairlead controllers` with the shipped rights. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { startControllerManager, type ControllerManager } from '../controller-manager.ts';
import { peerPath, startRealControlPlane, stop, type RealControlPlane } from '../peers.ts';
import { eventually, RestClient } from '../rest.ts';
import { root } from '../server.ts';
import { AuditLog, auditPolicy } from './audit.ts';

export const account = 'system:serviceaccount:kube-system:fairlead-controllers';
const upstreamThree = ['endpoints', 'endpointslice', 'endpointslice-mirroring'];
const others = ['namespace', 'garbage-collector', 'serviceaccount'];

export class Plane implements AsyncDisposable {
  readonly rest: RestClient;
  readonly audit: AuditLog;
  readonly folder: string;
  readonly #server: RealControlPlane;
  #replicas = 0;
  #managers = 0;

  private constructor(server: RealControlPlane, folder: string, auditPath: string) {
    this.#server = server;
    this.folder = folder;
    this.rest = RestClient.fromKubeconfig(server.kubeconfig);
    this.audit = new AuditLog(auditPath);
  }

  static async start(folder: string): Promise<Plane> {
    mkdirSync(folder, { recursive: true });
    const [policy, path] = [join(folder, 'policy.yaml'), join(folder, 'audit.log')];
    writeFileSync(policy, auditPolicy);
    const flags = [`--audit-policy-file=${policy}`, `--audit-log-path=${path}`, '--audit-log-mode=blocking'];
    const plane = new Plane(await startRealControlPlane({ flags }), folder, path);
    await eventually('kube-system', async () =>
      (await plane.rest.get('/api/v1/namespaces/kube-system')).code === 200 ? true : undefined,
    );
    return plane;
  }

  /** The ServiceAccount and the roles of an overlay, and nothing else. */
  async grant(overlay: string): Promise<void> {
    for (const object of overlayObjects(overlay)) {
      const { kind, metadata } = object;
      const path =
        kind === 'ServiceAccount'
          ? '/api/v1/namespaces/kube-system/serviceaccounts'
          : /^(Cluster)?Role(Binding)?$/.test(kind)
            ? `/apis/rbac.authorization.k8s.io/v1/${metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`}${kind.toLowerCase()}s`
            : undefined;
      if (path === undefined) continue;
      const { code, body } = await this.rest.post(path, object);
      if (code !== 201 && code !== 409) throw new Error(`${kind} ${metadata.name}: ${JSON.stringify(body)}`);
    }
  }

  /** Upstream: the usual controllers, with or without the three that are ours. */
  manager(withThree: boolean, ...flags: readonly string[]): Promise<ControllerManager> {
    const folder = join(this.folder, `manager-${(this.#managers += 1)}`);
    mkdirSync(folder, { recursive: true });
    return startControllerManager({
      kubeconfig: this.#server.kubeconfig,
      folder,
      controllers: withThree ? [...others, ...upstreamThree] : others,
      flags: ['--use-service-account-credentials=false', ...flags],
    });
  }

  async replica(...flags: readonly string[]): Promise<Replica> {
    const number = (this.#replicas += 1);
    const { token, credential } = await this.#token();
    const kubeconfig = join(this.folder, `replica-${number}.kubeconfig`);
    const cluster = { server: this.#server.url, 'certificate-authority': join(this.#server.folder, 'ca.crt') };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      clusters: [{ name: 'here', cluster }],
      users: [{ name: 'me', user: { token } }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    };
    writeFileSync(kubeconfig, stringify(config), { mode: 0o600 });
    return new Replica(kubeconfig, credential, flags);
  }

  async #token(): Promise<{ token: string; credential: string }> {
    const path = '/api/v1/namespaces/kube-system/serviceaccounts/fairlead-controllers/token';
    const { code, body } = await this.rest.post(path, { spec: { expirationSeconds: 7200 } });
    if (code !== 201) throw new Error(JSON.stringify(body));
    const token = String(body['status']?.['token']);
    const [, claims = ''] = token.split('.');
    const { jti } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { jti: string };
    return { token, credential: `JTI=${jti}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rest.close();
    await this.#server[Symbol.asyncDispose]();
  }
}

/** One process of `fairlead controllers`. */
export class Replica implements AsyncDisposable {
  /** As the audit log names it. */
  readonly credential: string;
  readonly #child: ChildProcess;
  #printed = '';

  constructor(kubeconfig: string, credential: string, flags: readonly string[]) {
    this.credential = credential;
    const own = ['controllers', '--kubeconfig', kubeconfig, '--bind-address=127.0.0.1', '--logging-format=json'];
    const ports = ['--health-port=0', '--metrics-port=0'];
    const words = [join(root, 'pkg/cmd/fairlead.mjs'), ...own, ...ports, ...flags];
    this.#child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const more = (chunk: Buffer): void => void (this.#printed += chunk.toString());
    this.#child.stdout?.on('data', more);
    this.#child.stderr?.on('data', more);
  }

  output(): string {
    return this.#printed;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get leads(): boolean {
    return this.#printed.includes('"Became leader"');
  }

  port(name: 'health' | 'metrics'): Promise<number> {
    return eventually(`the ${name} port`, () => {
      const found = new RegExp(`"?${name}"?[:=] ?(\\d+)`).exec(this.#printed)?.[1];
      if (found === undefined && this.ended) throw new Error(this.#printed);
      return found === undefined ? undefined : Number(found);
    });
  }

  async ready(): Promise<void> {
    const port = await this.port('health');
    await eventually('a replica to be ready', async () => {
      if (this.ended) throw new Error(this.#printed);
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    });
  }

  async scrape(path: string): Promise<string> {
    return (await fetch(`http://127.0.0.1:${await this.port('metrics')}${path}`)).text();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  exit(seconds = 30): Promise<number | string> {
    return eventually(
      `the end of a replica`,
      () => this.#child.exitCode ?? this.#child.signalCode ?? undefined,
      seconds,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGCONT');
    await stop(this.#child);
  }
}

export interface Shipped {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export function overlayObjects(overlay: string): Shipped[] {
  const folder = join(root, 'manifests/overlays', overlay);
  const { status, stdout, stderr } = spawnSync(peerPath('kubectl-1.36'), ['kustomize', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`kubectl kustomize ${folder}: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Shipped);
}
