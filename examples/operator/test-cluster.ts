/**
 * Where the tests run: a cluster in this process, or the API server that EXAMPLE_KUBECONFIG names. The tests cannot
 * tell the difference.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
// In a project of yours: from 'fairlead/client' and 'fairlead/testing'.
import { connect, isStatusError, namespaces, type Client, type KubeObject } from '../../pkg/author/index.ts';
import { start, waitFor } from '../../pkg/testing/index.ts';
import { websites } from './operator.ts';

const definition = join(import.meta.dirname, 'website.yaml');

export interface TestCluster extends AsyncDisposable {
  readonly client: Client;
  /** A namespace that no other test uses. */
  namespace(): Promise<string>;
}

export async function testCluster(): Promise<TestCluster> {
  const real = process.env['EXAMPLE_KUBECONFIG'] ?? '';
  return real === '' ? inProcess() : onRealServer(real);
}

async function inProcess(): Promise<TestCluster> {
  const cluster = await start({ controllers: false, crds: [definition] });
  return {
    client: cluster.client,
    namespace: () => freshNamespace(cluster.client),
    [Symbol.asyncDispose]: () => cluster.stop(),
  };
}

async function onRealServer(kubeconfig: string): Promise<TestCluster> {
  const connection = await connect({ path: kubeconfig });
  const client = connection.client({ component: 'website-test' });
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await client.raw('POST', path, parse(readFileSync(definition, 'utf8')));
  await waitFor(async () => {
    try {
      await client.list(websites);
      return true;
    } catch (error) {
      if (isStatusError(error)) return false;
      throw error;
    }
  });
  return {
    client,
    namespace: () => freshNamespace(client),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

async function freshNamespace(client: Client): Promise<string> {
  const object: KubeObject = { metadata: { generateName: 'website-' } };
  return (await client.create(namespaces, object)).metadata.name ?? '';
}
