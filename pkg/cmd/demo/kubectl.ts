/**
 * The few kubectl commands of the walk-through: run by kubectl where it is installed, else answered by the same API
 * server in the same words.
 */
import { execFile, spawnSync } from 'node:child_process';
import { deployments, pods, services, type ResourceType } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Client, Transport } from '../../client/index.ts';
import { printTable, type Table } from './table.ts';

/** One command: how it is typed, and what else does the same. */
export interface KubectlCommand {
  readonly words: readonly string[];
  readonly standIn: (server: Stage) => Promise<string>;
}

/** Where commands are played. */
export interface Stage {
  readonly client: Client;
  readonly transport: Transport;
}

export type Kubectl = (command: KubectlCommand) => Promise<string>;

/** Nothing is written outside `folder`. */
export function kubectlOf(stage: Stage, kubeconfig: string, folder: string): { run: Kubectl; isReal: boolean } {
  const isReal = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
  if (!isReal) return { isReal, run: ({ standIn }) => standIn(stage) };
  const flags = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${folder}`];
  return { isReal, run: async ({ words }) => runReal([...words, ...flags]) };
}

/** The cluster lives in this process, so the process must not wait for kubectl with its hands tied. */
function runReal(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('kubectl', words, { encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve((stdout + stderr).trimEnd());
      else reject(new Error(`kubectl ${words.join(' ')}: ${stderr.trim() || error.message}`));
    });
  });
}

export interface Selection {
  readonly resource: string;
  readonly path: string;
  readonly selector?: string;
  /** One object. */
  readonly named?: string;
  readonly wide?: boolean;
}

/** `kubectl get` */
export function get({ resource, path, selector, named, wide = false }: Selection): KubectlCommand {
  const narrowed = selector === undefined ? [] : ['-l', selector];
  return {
    words: ['get', resource, ...(named === undefined ? [] : [named]), ...narrowed, ...(wide ? ['-o', 'wide'] : [])],
    standIn: async ({ transport }) => {
      const one = named === undefined ? '' : `/${named}`;
      const query = selector === undefined ? '' : `?labelSelector=${encodeURIComponent(selector)}`;
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      const answer = await transport.request({
        method: 'GET',
        path: path + one + query,
        headers: { accept },
        streaming: false,
      });
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer.body) chunks.push(chunk);
      return printTable(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Table, wide);
    },
  };
}

export interface NewDeployment {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  readonly port: number;
}

/** `kubectl create deployment` */
export function createDeployment({ name, image, replicas, port }: NewDeployment): KubectlCommand {
  const labels = { app: name };
  const containers = [{ name: 'serve-hostname', image, ports: [{ containerPort: port }] }];
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  return {
    words: ['create', 'deployment', name, `--image=${image}`, `--replicas=${replicas}`, `--port=${port}`],
    standIn: (stage) => created(stage, deployments, { apiVersion: 'apps/v1', kind: 'Deployment', spec }, name, labels),
  };
}

export interface Exposure {
  readonly deployment: string;
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  readonly headless: boolean;
}

/** `kubectl expose deployment` */
export function expose({ deployment, name, port, targetPort, headless }: Exposure): KubectlCommand {
  const labels = { app: deployment };
  const spec = { selector: labels, ports: [{ port, targetPort }], ...(headless ? { clusterIP: 'None' } : {}) };
  return {
    words: [
      'expose',
      'deployment',
      deployment,
      ...(name === deployment ? [] : [`--name=${name}`]),
      `--port=${port}`,
      `--target-port=${targetPort}`,
      ...(headless ? ['--cluster-ip=None'] : []),
    ],
    standIn: async (stage) => {
      const service = { apiVersion: 'v1', kind: 'Service', spec };
      return (await created(stage, services, service, name, labels)).replace('created', 'exposed');
    },
  };
}

/** `kubectl annotate pod` */
export function annotatePod(name: string, key: string, value: string): KubectlCommand {
  return {
    words: ['annotate', 'pod', name, `${key}=${value}`],
    standIn: async ({ client }) => {
      const patch = { metadata: { annotations: { [key]: value } } };
      await client.patch(pods, { namespace: 'default', name }, 'merge', patch);
      return `pod/${name} annotated`;
    },
  };
}

async function created(
  { client }: Stage,
  type: ResourceType,
  object: Omit<KubeObject, 'metadata'>,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  await client.create(type, { ...object, metadata: { namespace: 'default', name, labels } });
  const kind = type.group === '' ? type.kind.toLowerCase() : `${type.kind.toLowerCase()}.${type.group}`;
  return `${kind}/${name} created`;
}
