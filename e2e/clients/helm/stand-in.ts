/**
 * Plays the workload controllers and kubelets in one namespace: Deployments get a ReplicaSet and are up at once, Jobs
 * and Pods succeed. It only writes what Helm looks at when it waits.
 */
import { createHash } from 'node:crypto';
import type { RestClient, Tree } from '../../rest.ts';

export class StandIn implements AsyncDisposable {
  readonly #rest: RestClient;
  readonly #namespace: string;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(rest: RestClient, namespace: string) {
    this.#rest = rest;
    this.#namespace = namespace;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const object of await this.#list('apps', 'deployments')) await this.#rollOut(object);
      for (const object of await this.#list('batch', 'jobs')) await this.#finishJob(object);
      for (const object of await this.#list('', 'pods')) await this.#finishPod(object);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  #path(group: string, resource: string): string {
    const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
    return `${root}/namespaces/${this.#namespace}/${resource}`;
  }

  async #list(group: string, resource: string): Promise<readonly Tree[]> {
    const { body } = await this.#rest.get(this.#path(group, resource));
    return (body['items'] ?? []) as readonly Tree[];
  }

  async #rollOut({ metadata, spec, status }: Tree): Promise<void> {
    const generation = Number(metadata?.['generation']);
    if (Number(status?.['observedGeneration']) === generation) return;
    const name = String(metadata?.['name']);
    const replicas = Number(spec?.['replicas']);
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: metadata?.['uid'], controller: true };
    const template = spec?.['template'];
    // As the real controller does: one ReplicaSet for each template, scaled when the template is an old one.
    const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
    const set = `${this.#path('apps', 'replicasets')}/${name}-${hash}`;
    await this.#rest.post(this.#path('apps', 'replicasets'), {
      metadata: { name: `${name}-${hash}`, labels: template?.['metadata']?.['labels'], ownerReferences: [owner] },
      spec: { replicas, selector: spec?.['selector'], template },
    });
    const { body: scaled } = await this.#rest.patch(set, { spec: { replicas } });
    const up = { replicas, readyReplicas: replicas, availableReplicas: replicas };
    const observedGeneration = scaled['metadata']?.['generation'];
    await this.#rest.patch(`${set}/status`, { status: { ...up, observedGeneration } });
    const available = { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' };
    const progressing = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' };
    await this.#rest.patch(`${this.#path('apps', 'deployments')}/${name}/status`, {
      status: {
        ...up,
        observedGeneration: generation,
        updatedReplicas: replicas,
        conditions: [available, progressing],
      },
    });
  }

  async #finishJob({ metadata, status }: Tree): Promise<void> {
    if (status?.['completionTime'] !== undefined) return;
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: now,
    }));
    await this.#rest.patch(`${this.#path('batch', 'jobs')}/${String(metadata?.['name'])}/status`, {
      status: { startTime: now, completionTime: now, succeeded: 1, conditions },
    });
  }

  async #finishPod({ metadata, status }: Tree): Promise<void> {
    if (status?.['phase'] === 'Succeeded') return;
    await this.#rest.patch(`${this.#path('', 'pods')}/${String(metadata?.['name'])}/status`, {
      status: { phase: 'Succeeded' },
    });
  }
}
