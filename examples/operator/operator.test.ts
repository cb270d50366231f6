import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
// In a project of yours: from 'fairlead/client' and 'fairlead/testing'.
import { configMaps, deployments, services, type KubeObject } from '../../pkg/author/index.ts';
import { waitFor } from '../../pkg/testing/index.ts';
import { websiteController, websites, type Website } from './operator.ts';
import { testCluster, type TestCluster } from './test-cluster.ts';

const website = (namespace: string, spec: object): Website =>
  ({
    apiVersion: 'example.fairlead.dev/v1',
    kind: 'Website',
    metadata: { name: 'site', namespace },
    spec,
  }) as unknown as Website;

const life = new AbortController();
let cluster: TestCluster;
let running: Promise<void>;
beforeAll(async () => {
  cluster = await testCluster();
  const controller = websiteController(cluster.client);
  running = controller.run({ signal: life.signal });
  await controller.ready;
}, 30_000);
afterAll(async () => {
  life.abort();
  await running;
  await cluster[Symbol.asyncDispose]();
});

const at = (namespace: string): { namespace: string; name: string } => ({ namespace, name: 'site' });
const read = async (type: typeof websites, namespace: string): Promise<KubeObject | undefined> => {
  const { items } = await cluster.client.list(type, { namespace });
  return items.find(({ metadata }) => metadata.name === 'site');
};

describe('a Website', () => {
  it('becomes a Deployment and a Service that it owns', async () => {
    const namespace = await cluster.namespace();
    const { metadata } = await cluster.client.create(websites, website(namespace, { image: 'site:1' }));
    const deployment = await waitFor(() => read(deployments, namespace));
    const service = await waitFor(() => read(services, namespace));
    expect(deployment).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'Website', uid: metadata.uid, controller: true }] },
      spec: { replicas: 1, template: { spec: { containers: [{ image: 'site:1' }] } } },
    });
    expect(service).toMatchObject({ spec: { selector: { website: 'site' }, ports: [{ port: 80 }] } });
  });

  it('changes its Deployment with itself', async () => {
    const namespace = await cluster.namespace();
    await cluster.client.create(websites, website(namespace, { image: 'site:1' }));
    await waitFor(() => read(deployments, namespace));
    await cluster.client.patch(websites, at(namespace), 'merge', { spec: { image: 'site:2', replicas: 3 } });
    const deployment = await waitFor(async () => {
      const found = await read(deployments, namespace);
      return (found?.['spec'] as { replicas: number } | undefined)?.replicas === 3 ? found : undefined;
    });
    expect(deployment).toMatchObject({ spec: { template: { spec: { containers: [{ image: 'site:2' }] } } } });
  });

  it('is ready when its replicas are', async () => {
    const namespace = await cluster.namespace();
    await cluster.client.create(websites, website(namespace, { image: 'site:1', replicas: 2 }));
    await waitFor(() => read(deployments, namespace));
    const status = { replicas: 2, readyReplicas: 2 };
    await cluster.client.patch(deployments, at(namespace), 'merge', { status }, { subresource: 'status' });
    const found = await waitFor(async () => {
      const site = (await read(websites, namespace)) as Website | undefined;
      return site?.status?.conditions?.[0]?.status === 'True' ? site : undefined;
    });
    expect(found.status).toMatchObject({
      readyReplicas: 2,
      conditions: [{ type: 'Ready', reason: 'EveryReplicaReady' }],
    });
  });

  it('brings its Deployment back when somebody deletes it', async () => {
    const namespace = await cluster.namespace();
    await cluster.client.create(websites, website(namespace, { image: 'site:1' }));
    const first = await waitFor(() => read(deployments, namespace));
    await cluster.client.delete(deployments, at(namespace), { propagationPolicy: 'Background' });
    const second = await waitFor(async () => {
      const found = await read(deployments, namespace);
      return found?.metadata.uid === first.metadata.uid ? undefined : found;
    });
    expect(second.metadata.name).toBe('site');
  });

  it('takes labels from the defaults of its namespace', async () => {
    const namespace = await cluster.namespace();
    await cluster.client.create(websites, website(namespace, { image: 'site:1' }));
    await waitFor(() => read(deployments, namespace));
    const defaults: KubeObject = { metadata: { name: 'website-defaults', namespace }, data: { team: 'green' } };
    await cluster.client.create(configMaps, defaults);
    const labelled = await waitFor(async () => {
      const found = await read(deployments, namespace);
      return found?.metadata.labels?.['team'] === undefined ? undefined : found;
    });
    expect(labelled.metadata.labels).toEqual({ team: 'green', website: 'site' });
  });

  it('is refused with an image that does not stay the same', async () => {
    const namespace = await cluster.namespace();
    const refused = cluster.client.create(websites, website(namespace, { image: 'site:latest' }));
    await expect(refused).rejects.toThrow('an image needs a tag that stays');
  });
});
