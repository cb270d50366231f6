import { isIPv6 } from 'node:net';
import { readFile } from 'node:fs/promises';
import type { Credentials } from './credentials.ts';

const mount = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface InClusterOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the ServiceAccount's files are mounted. */
  readonly mount?: string;
}

/** True inside a Pod. */
export function isInCluster({ env = process.env }: InClusterOptions = {}): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST'] && env['KUBERNETES_SERVICE_PORT']);
}

/** CL18: the API server as a Pod sees it. */
export function inClusterServer({ env = process.env }: InClusterOptions = {}): string {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) {
    const missing = host ? 'KUBERNETES_SERVICE_PORT is' : 'KUBERNETES_SERVICE_HOST is';
    throw new Error(`${missing} not set, so this does not run in a Pod. Pass --kubeconfig FILE instead.`);
  }
  return `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** The Pod's CA and token, read now: the kubelet replaces both while the Pod runs (CL15, CL16). */
export async function loadInCluster(options: InClusterOptions = {}): Promise<Credentials> {
  const folder = options.mount ?? mount;
  const [ca, token] = await Promise.all([readMounted(folder, 'ca.crt'), readMounted(folder, 'token')]);
  return { ca, authorization: `Bearer ${token}` };
}

async function readMounted(folder: string, name: string): Promise<string> {
  const path = `${folder}/${name}`;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`${path} cannot be read. Does the Pod have automountServiceAccountToken: true?`, { cause });
  });
  if (text.trim() === '') throw new Error(`${path} is empty`);
  return text.trim();
}
