/**
 * A small operator: a Website becomes a Deployment and a Service, and says when it is ready. A ConfigMap named
 * `website-defaults` in its namespace may give it labels.
 */
// In a project of yours: from 'fairlead/client'.
import {
  configMaps,
  controllerFor,
  deployments,
  services,
  type AuthorController,
  type Client,
  type KubeObject,
  type ReconcileContext,
  type ResourceType,
} from '../../pkg/author/index.ts';

export const websites: ResourceType = {
  group: 'example.fairlead.dev',
  version: 'v1',
  resource: 'websites',
  kind: 'Website',
  namespaced: true,
};

export interface Website extends KubeObject {
  spec: { image: string; replicas: number };
  status?: { readyReplicas?: number; conditions?: Condition[] };
}

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastTransitionTime: string;
}

interface Deployment extends KubeObject {
  status?: { readyReplicas?: number };
}

const defaultsName = 'website-defaults';

export function websiteController(client: Client): AuthorController {
  return controllerFor<Website>(websites, { name: 'website', client })
    .owns(deployments)
    .owns(services)
    .watches(configMaps, ({ metadata }, all) =>
      metadata.name === defaultsName
        ? all
            .list()
            .flatMap(({ metadata: { namespace, name } }) =>
              namespace === metadata.namespace ? [{ namespace: namespace ?? '', name: name ?? '' }] : [],
            )
        : [],
    )
    .reconcile(async (website, context) => {
      await applyChildren(website, context);
      await reportStatus(website, context);
    });
}

async function applyChildren(website: Website, context: ReconcileContext): Promise<void> {
  const { client, key, owner, signal } = context;
  const { image, replicas } = website.spec;
  const defaults = context.read(configMaps).get(`${key.namespace}/${defaultsName}`);
  const selector = { website: key.name };
  const metadata = {
    ...key,
    labels: { ...(defaults?.['data'] as Record<string, string> | undefined), ...selector },
    ownerReferences: [owner],
  };
  const options = { fieldManager: 'website-operator', force: true, signal };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: { metadata: { labels: selector }, spec: { containers: [{ name: 'web', image }] } },
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
  // Applying what is there already changes nothing, so the operator needs no comparison of its own.
  await client.patch(deployments, key, 'apply', deployment, options);
  await client.patch(services, key, 'apply', service, options);
}

async function reportStatus(website: Website, context: ReconcileContext): Promise<void> {
  const { client, key, now, signal } = context;
  const [deployment] = context.owned(deployments) as readonly Deployment[];
  const readyReplicas = deployment?.status?.readyReplicas ?? 0;
  const ready = readyReplicas >= website.spec.replicas;
  const before = website.status?.conditions?.find(({ type }) => type === 'Ready');
  const status = ready ? 'True' : 'False';
  if (before?.status === status && website.status?.readyReplicas === readyReplicas) return;
  const condition: Condition = {
    type: 'Ready',
    status,
    reason: ready ? 'EveryReplicaReady' : 'Waiting',
    message: `${readyReplicas} of ${website.spec.replicas} replicas are ready`,
    lastTransitionTime:
      before?.status === status ? before.lastTransitionTime : `${new Date(now).toISOString().slice(0, 19)}Z`,
  };
  const patch = { status: { readyReplicas, conditions: [condition] } };
  await client.patch(websites, key, 'merge', patch, { subresource: 'status', signal });
  if (ready && before?.status !== 'True') context.event('Normal', 'Ready', condition.message);
}
