/** One configuration a behaviour, each for objects that carry its name as a label, so that all stand side by side. */
import type { Step } from '../upstream-api/script.ts';
import { behaviours } from './server.ts';

export type Json = Record<string, unknown>;

export const group = '/apis/admissionregistration.k8s.io/v1';
export const configMaps = '/api/v1/namespaces/hooks/configmaps';

/** Words that `settle` replaces by what the server at hand has: an address, a bundle. */
export const words = {
  place: 'WEBHOOK-PLACE',
  plain: 'PLAIN-PLACE',
  ca: 'V0VCSE9PSy1DQQ==',
  foreign: 'Rk9SRUlHTi1DQQ==',
};
export const portWord = 44_444;

const onConfigMaps = [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['*'] }];

export function webhook(name: string, path: string, more: Json = {}): Json {
  return {
    name: `${name}.example.com`,
    clientConfig: { url: `https://${words.place}${path}`, caBundle: words.ca },
    rules: onConfigMaps,
    objectSelector: { matchLabels: { hook: name } },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 5,
    ...more,
  };
}

const kinds = { mutating: 'MutatingWebhookConfiguration', validating: 'ValidatingWebhookConfiguration' } as const;

export const configuration = (kind: keyof typeof kinds, name: string, webhooks: readonly Json[]): Json => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: kinds[kind],
  metadata: { name },
  webhooks,
});

export const configurationsPath = (kind: keyof typeof kinds): string => `${group}/${kinds[kind].toLowerCase()}s`;

interface Hook {
  readonly kind: keyof typeof kinds;
  readonly name: string;
  readonly webhooks: readonly Json[];
}

const validating = (name: string, more: Json = {}, path = `/${name}`): Hook => ({
  kind: 'validating',
  name,
  webhooks: [webhook(name, path, more)],
});

const paths = Object.keys(behaviours).map((path) => path.slice(1));
const forMutating = paths.filter((path) => /patch|^type-/.test(path) && path !== 'patch-replicas');
const url = (text: string, ca = words.ca): Json => ({ clientConfig: { url: text, caBundle: ca } });
const condition = (expression: string, more: Json = {}): Json => ({
  matchConditions: [{ name: 'c', expression }],
  ...more,
});

/** Behaviours by path, and everything around the call. */
export const hooks: readonly Hook[] = [
  ...paths
    .filter((path) => !forMutating.includes(path) && !['patch-replicas', 'hang'].includes(path))
    .map((path) => validating(path)),
  ...forMutating.map((name): Hook => ({ kind: 'mutating', name, webhooks: [webhook(name, `/${name}`)] })),
  validating('validating-patch', {}, '/patch'),
  validating('validating-type', {}, '/type-no-patch'),
  validating('hang', { timeoutSeconds: 1 }),
  validating('hang-ignored', { timeoutSeconds: 1, failurePolicy: 'Ignore' }, '/hang'),
  validating('500-ignored', { failurePolicy: 'Ignore' }, '/500'),
  validating('deny-ignored', { failurePolicy: 'Ignore' }, '/deny'),
  validating('down', url('https://127.0.0.1:1/path')),
  validating('down-ignored', { ...url('https://127.0.0.1:1/'), failurePolicy: 'Ignore' }),
  validating('foreign', url(`https://${words.place}/allow`, words.foreign)),
  validating('no-ca', { clientConfig: { url: `https://${words.place}/allow` } }),
  validating('bad-ca', url(`https://${words.place}/allow`, Buffer.from('rubbish').toString('base64'))),
  validating('plain', url(`https://${words.plain}/allow`)),
  validating('no-such-host', url('https://no-such-host.invalid/')),
  validating('no-service', { clientConfig: { service: { name: 'gone', namespace: 'hooks' }, caBundle: words.ca } }),
  validating('no-port', {
    clientConfig: { service: { name: 'web', namespace: 'hooks', port: 444 }, caBundle: words.ca },
  }),
  validating('headless', { clientConfig: { service: { name: 'headless', namespace: 'hooks' }, caBundle: words.ca } }),
  validating('extern', {
    clientConfig: {
      service: { name: 'extern', namespace: 'hooks', path: '/deny', port: portWord },
      caBundle: words.ca,
    },
  }),
  validating('condition-true', condition("object.metadata.name.startsWith('condition')"), '/deny'),
  validating('condition-false', condition("request.operation == 'DELETE'"), '/deny'),
  validating('condition-error', condition('object.data.missing == "x"'), '/deny'),
  validating('condition-error-ignored', condition('object.data.missing == "x"', { failurePolicy: 'Ignore' }), '/deny'),
  validating(
    'condition-mixed',
    {
      matchConditions: [
        { name: 'error', expression: 'object.data.missing == "x"' },
        { name: 'no', expression: 'false' },
      ],
    },
    '/deny',
  ),
  validating(
    'condition-two-errors',
    {
      matchConditions: [
        { name: 'error', expression: 'object.data.missing == "x"' },
        { name: 'other', expression: 'object.spec.x == 1' },
      ],
    },
    '/deny',
  ),
  validating(
    'condition-user',
    condition("request.userInfo.username == 'admin' && 'system:masters' in request.userInfo.groups"),
    '/deny',
  ),
  validating('condition-authorizer', condition("authorizer.requestResource.check('create').allowed()"), '/deny'),
  validating('namespace-no', { namespaceSelector: { matchLabels: { nope: 'x' } } }, '/deny'),
  validating(
    'namespace-yes',
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'hooks' } } },
    '/deny',
  ),
  validating('create-only', { rules: [{ ...onConfigMaps[0], operations: ['CREATE'] }] }, '/deny'),
  validating('scope-cluster', { rules: [{ ...onConfigMaps[0], scope: 'Cluster' }] }, '/deny'),
  validating('scope-namespaced', { rules: [{ ...onConfigMaps[0], scope: 'Namespaced' }] }, '/deny'),
  validating('other-group', { rules: [{ ...onConfigMaps[0], apiGroups: ['apps'] }] }, '/deny'),
  validating(
    'every',
    { rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*'] }] },
    '/deny',
  ),
  validating('no-rules', { rules: [] }, '/deny'),
  validating('beta-review', { admissionReviewVersions: ['v1beta1'] }, '/record-beta'),
  validating('newer-review', { admissionReviewVersions: ['v9', 'v1'] }, '/deny'),
  validating(
    'recorded',
    { rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*'] }] },
    '/record',
  ),
  validating(
    'autoscaler-v1',
    {
      rules: [{ apiGroups: ['autoscaling'], apiVersions: ['v1'], resources: ['*'], operations: ['*'] }],
    },
    '/record',
  ),
  validating(
    'autoscaler-exact',
    {
      matchPolicy: 'Exact',
      rules: [{ apiGroups: ['autoscaling'], apiVersions: ['v1'], resources: ['*'], operations: ['*'] }],
    },
    '/deny',
  ),
  { kind: 'mutating', name: 'two-b', webhooks: [webhook('two', '/patch-b')] },
  { kind: 'mutating', name: 'two-a', webhooks: [webhook('two', '/patch-a')] },
  {
    kind: 'mutating',
    name: 'again',
    webhooks: [
      { ...webhook('again', '/patch-b', { reinvocationPolicy: 'IfNeeded' }), name: 'first.example.com' },
      { ...webhook('again', '/patch-a'), name: 'second.example.com' },
    ],
  },
  {
    kind: 'mutating',
    name: 'counting',
    webhooks: [
      { ...webhook('counting', '/patch-count', { reinvocationPolicy: 'IfNeeded' }), name: 'one.example.com' },
      { ...webhook('counting', '/patch-count', { reinvocationPolicy: 'IfNeeded' }), name: 'two.example.com' },
    ],
  },
  {
    kind: 'mutating',
    name: 'scaled',
    webhooks: [
      webhook('scaled', '/patch-replicas', {
        objectSelector: {},
        rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments/scale'], operations: ['UPDATE'] }],
      }),
    ],
  },
];

export const registration: readonly Step[] = hooks.map(({ kind, name, webhooks }) => ({
  id: `register ${kind} ${name}`,
  method: 'POST',
  path: configurationsPath(kind),
  body: configuration(kind, name, webhooks),
}));
