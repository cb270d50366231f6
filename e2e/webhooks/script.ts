/** The requests that meet the webhooks, in order. */
import type { Step } from '../upstream-api/script.ts';
import { configMaps, hooks, registration } from './hooks.ts';
import { policySteps } from './policies.ts';
import { refused } from './refused.ts';

const hooked = (name: string, hook: string, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { hook } },
  data: { a: '1' },
  ...more,
});

const create = (id: string, hook: string, query = ''): Step => ({
  id,
  method: 'POST',
  path: `${configMaps}${query}`,
  body: hooked(hook, hook),
});

const setup: readonly Step[] = [
  { id: 'namespace', method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'hooks' } } },
  {
    id: 'account',
    method: 'POST',
    path: '/api/v1/namespaces/hooks/serviceaccounts',
    body: { metadata: { name: 'default' } },
  },
  ...[
    { name: 'web', spec: { ports: [{ port: 443 }], clusterIP: '10.96.3.4' } },
    { name: 'headless', spec: { ports: [{ port: 443 }], clusterIP: 'None' } },
    { name: 'extern', spec: { type: 'ExternalName', externalName: 'localhost' } },
  ].map(({ name, spec }) => ({
    id: `service ${name}`,
    method: 'POST',
    path: '/api/v1/namespaces/hooks/services',
    body: { metadata: { name }, spec },
  })),
];

const named = [
  ...new Set(hooks.map(({ webhooks }) => webhooks[0]?.['objectSelector'] as { matchLabels?: { hook: string } })),
].flatMap((selector) => selector.matchLabels?.hook ?? []);
const labels = [...new Set(named)];

const meetings: readonly Step[] = [
  { ...create('allow, first', 'allow'), pauseMs: 1500 },
  ...labels.filter((label) => label !== 'allow').map((label) => create(`create ${label}`, label)),
  create('dry run patch', 'patch', '?dryRun=All'),
  create('dry run deny', 'deny', '?dryRun=All'),
  { ...create('generated', 'recorded'), body: { metadata: { generateName: 'gen-', labels: { hook: 'recorded' } } } },
];

const recorded = `${configMaps}/recorded`;
const apps = '/apis/apps/v1/namespaces/hooks/deployments';
const label = { hook: 'recorded' };

/** Everything that a webhook can be told about, to the one that writes down. */
const recordings: readonly Step[] = [
  {
    id: 'update',
    method: 'PUT',
    path: `${recorded}?fieldManager=me`,
    body: hooked('recorded', 'recorded', { data: { a: '2' } }),
  },
  {
    id: 'merge patch',
    method: 'PATCH',
    path: `${recorded}?fieldValidation=Strict`,
    body: { data: { b: '3' } },
    contentType: 'application/merge-patch+json',
  },
  {
    id: 'apply',
    method: 'PATCH',
    path: `${recorded}?fieldManager=applier&force=true`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'recorded' }, data: { c: '4' } },
    contentType: 'application/apply-patch+yaml',
  },
  {
    id: 'apply creates',
    method: 'PATCH',
    path: `${configMaps}/applied?fieldManager=applier`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', labels: label }, data: { c: '4' } },
    contentType: 'application/apply-patch+yaml',
  },
  { id: 'dry run update', method: 'PUT', path: `${recorded}?dryRun=All`, body: hooked('recorded', 'recorded') },
  {
    id: 'label goes',
    method: 'PATCH',
    path: recorded,
    body: { metadata: { labels: { hook: null } } },
    contentType: 'application/merge-patch+json',
  },
  {
    id: 'nobody is told',
    method: 'PATCH',
    path: recorded,
    body: { data: { d: '5' } },
    contentType: 'application/merge-patch+json',
  },
  {
    id: 'label comes',
    method: 'PATCH',
    path: recorded,
    body: { metadata: { labels: label } },
    contentType: 'application/merge-patch+json',
  },
  { id: 'delete', method: 'DELETE', path: `${recorded}?propagationPolicy=Background`, body: undefined },
  { id: 'delete collection', method: 'DELETE', path: `${configMaps}?labelSelector=hook%3Drecorded` },
  {
    id: 'deployment',
    method: 'POST',
    path: apps,
    body: {
      metadata: { name: 'd', labels: label },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    },
  },
  {
    id: 'status',
    method: 'PATCH',
    path: `${apps}/d/status`,
    body: { status: { replicas: 1 } },
    contentType: 'application/merge-patch+json',
  },
  {
    id: 'scale is patched',
    method: 'PUT',
    path: `${apps}/d/scale`,
    body: { metadata: { name: 'd' }, spec: { replicas: 3 } },
  },
  { id: 'and kept', method: 'GET', path: `${apps}/d/scale` },
  {
    id: 'service',
    method: 'POST',
    path: '/api/v1/namespaces/hooks/services',
    body: { metadata: { name: 's', labels: label }, spec: { ports: [{ port: 80 }], clusterIP: '10.96.7.7' } },
  },
  {
    id: 'pod',
    method: 'POST',
    path: '/api/v1/namespaces/hooks/pods',
    body: {
      metadata: { name: 'p', labels: label },
      spec: { containers: [{ name: 'c', image: 'i' }], automountServiceAccountToken: false },
    },
  },
  {
    id: 'namespaced itself',
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: 'told', labels: label } },
  },
  {
    id: 'cluster wide',
    method: 'POST',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    body: { metadata: { name: 'told', labels: label } },
  },
  ...['v2', 'v1'].map((version) => ({
    id: `autoscaler ${version}`,
    method: 'POST',
    path: `/apis/autoscaling/${version}/namespaces/hooks/horizontalpodautoscalers`,
    body: {
      metadata: { name: `h-${version}`, labels: { hook: 'autoscaler-v1' } },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }, maxReplicas: 3 },
    },
  })),
  {
    id: 'autoscaler of exact',
    method: 'POST',
    path: '/apis/autoscaling/v2/namespaces/hooks/horizontalpodautoscalers',
    body: {
      metadata: { name: 'exact', labels: { hook: 'autoscaler-exact' } },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }, maxReplicas: 3 },
    },
  },
  { id: 'patch on delete', method: 'DELETE', path: `${configMaps}/patch` },
];

export const script: readonly Step[] = [
  ...setup,
  ...registration,
  ...refused,
  ...meetings,
  ...recordings,
  ...policySteps,
];
