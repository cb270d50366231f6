/** Admission policies: what they say, to whom, and how they are refused themselves. */
import type { Step } from '../upstream-api/script.ts';
import { configMaps, group, type Json } from './hooks.ts';

const policiesPath = `${group}/validatingadmissionpolicies`;
const bindingsPath = `${group}/validatingadmissionpolicybindings`;
const onConfigMaps = [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['*'] }];

const policy = (name: string, spec: Json): Json => ({
  metadata: { name },
  spec: {
    matchConstraints: { resourceRules: onConfigMaps, objectSelector: { matchLabels: { policy: name } } },
    validations: [{ expression: 'false' }],
    ...spec,
  },
});

const binding = (name: string, spec: Json = {}): Json => ({
  metadata: { name: `${name}-binding` },
  spec: { policyName: name, validationActions: ['Deny'], ...spec },
});

interface Bound {
  readonly policy: Json;
  readonly binding: Json;
}

const says = (expression: string, more: Json = {}): Json => ({ validations: [{ expression, ...more }] });

/** Expressions that hold, fail, or cannot be computed, about a ConfigMap with `data: {a: "1"}`. */
const expressions: Readonly<Record<string, Json>> = {
  'says-true': says('true'),
  'says-false': says('false'),
  'says-message': says('false', { message: '  no  ' }),
  'says-reason': says('false', { message: 'no', reason: 'Forbidden' }),
  'says-too-large': says('false', { reason: 'RequestEntityTooLarge' }),
  'says-computed': says('false', { messageExpression: "'got ' + object.data.a", message: 'fallback' }),
  'says-computed-badly': says('false', { messageExpression: 'object.data.gone', message: 'fallback' }),
  'says-computed-empty': says('false', { messageExpression: "' '", message: 'fallback' }),
  'says-computed-lines': says('false', { messageExpression: "'a\\nb'" }),
  'says-error': says("object.data.gone == 'x'"),
  'says-error-ignored': { ...says("object.data.gone == 'x'"), failurePolicy: 'Ignore' },
  'says-false-ignored': { ...says('false'), failurePolicy: 'Ignore' },
  'says-null': says('oldObject == null'),
  'says-request': says("request.operation == 'CREATE' && request.namespace == 'hooks' && !request.dryRun"),
  'says-kind': says("request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps'"),
  'says-name': says("object.metadata.name == request.name && object.metadata.labels['policy'] == 'says-name'"),
  'says-namespace': says("namespaceObject.metadata.name == 'hooks' && namespaceObject.status.phase == 'Active'"),
  'says-namespace-label': says("namespaceObject.metadata.labels['kubernetes.io/metadata.name'] == 'hooks'"),
  'says-user': says("request.userInfo.username == 'admin'"),
  'says-authorizer': says("authorizer.group('').resource('pods').namespace('hooks').check('create').allowed()"),
  'says-account': says(
    "authorizer.serviceAccount('hooks', 'default').group('').resource('pods').namespace('hooks').check('get').allowed()",
  ),
  'says-path': says("authorizer.path('/healthz').check('get').allowed()"),
  'says-request-resource': says("authorizer.requestResource.check('update').allowed()"),
  'says-has': says('has(object.data.a) && !has(object.data.b)'),
  'says-lines': says("\n  object.data.a == '2'\n"),
  'says-second': { validations: [{ expression: 'true' }, { expression: "object.data.a == '2'", message: 'second' }] },
  'says-two': {
    validations: [
      { expression: 'false', message: 'first' },
      { expression: 'false', message: 'second' },
    ],
  },
  'condition-no': { matchConditions: [{ name: 'c', expression: 'false' }] },
  'condition-yes': { matchConditions: [{ name: 'c', expression: 'object.data.a == "1"' }] },
  'condition-bad': { matchConditions: [{ name: 'c', expression: 'object.data.gone == "1"' }] },
  'condition-bad-ignored': {
    failurePolicy: 'Ignore',
    matchConditions: [{ name: 'c', expression: 'object.data.gone == "1"' }],
  },
  'variables-used': {
    variables: [
      { name: 'a', expression: 'object.data.a' },
      { name: 'b', expression: "variables.a + '2'" },
    ],
    validations: [
      { expression: "variables.b == '12'" },
      { expression: "variables.b == '13'", messageExpression: "'b is ' + variables.b" },
    ],
  },
  'variables-bad': {
    variables: [{ name: 'a', expression: 'object.data.gone' }],
    validations: [{ expression: "variables.a == '1'" }],
  },
  'variables-unused': {
    variables: [{ name: 'a', expression: 'object.data.gone' }],
    validations: [{ expression: "object.data.a == '1'" }],
  },
  'audit-only': { validations: undefined, auditAnnotations: [{ key: 'k', valueExpression: "'v'" }] },
  'audit-bad': {
    validations: undefined,
    auditAnnotations: [{ key: 'k', valueExpression: 'string(object.data.gone)' }],
  },
  'param-unknown-kind': { paramKind: { apiVersion: 'example.com/v1', kind: 'Nothing' } },
  'param-none': { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, ...says('params == null') },
  excluded: {
    matchConstraints: {
      resourceRules: onConfigMaps,
      excludeResourceRules: [{ ...onConfigMaps[0], resourceNames: ['excluded'] }],
      objectSelector: { matchLabels: { policy: 'excluded' } },
    },
  },
  'by-name': {
    matchConstraints: {
      resourceRules: [{ ...onConfigMaps[0], resourceNames: ['other'] }],
      objectSelector: { matchLabels: { policy: 'by-name' } },
    },
  },
};

const withParam = (name: string, paramRef: Json, more: Json = {}): Bound => ({
  policy: policy(name, {
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    ...says('object.data.a == params.data.allowed', { messageExpression: "'wanted ' + params.data.allowed" }),
    ...more,
  }),
  binding: binding(name, { paramRef }),
});

const bound: readonly Bound[] = [
  ...Object.entries(expressions).map(([name, spec]) => ({ policy: policy(name, spec), binding: binding(name) })),
  {
    policy: policy('warns', says('false', { message: 'careful' })),
    binding: binding('warns', { validationActions: ['Warn'] }),
  },
  { policy: policy('audits', says('false')), binding: binding('audits', { validationActions: ['Audit'] }) },
  {
    policy: policy('warns-and-audits', says('false')),
    binding: binding('warns-and-audits', { validationActions: ['Warn', 'Audit'] }),
  },
  {
    policy: policy('bound-elsewhere', {}),
    binding: binding('bound-elsewhere', { matchResources: { namespaceSelector: { matchLabels: { nope: 'x' } } } }),
  },
  {
    policy: policy('bound-by-label', {}),
    binding: binding('bound-by-label', {
      matchResources: { objectSelector: { matchLabels: { policy: 'bound-by-label' } } },
    }),
  },
  withParam('param-good', { name: 'limits', parameterNotFoundAction: 'Deny' }),
  withParam('param-other-namespace', { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' }),
  withParam('param-missing', { name: 'gone', parameterNotFoundAction: 'Deny' }),
  withParam('param-missing-allowed', { name: 'gone', parameterNotFoundAction: 'Allow' }),
  withParam('param-missing-ignored', { name: 'gone', parameterNotFoundAction: 'Deny' }, { failurePolicy: 'Ignore' }),
  withParam('param-selected', { selector: { matchLabels: { limits: 'yes' } }, parameterNotFoundAction: 'Deny' }),
  withParam('param-selected-none', { selector: { matchLabels: { limits: 'no' } }, parameterNotFoundAction: 'Deny' }),
];

const bad: Readonly<Record<string, Json>> = {
  'no constraints': { matchConstraints: undefined },
  'no rules': { matchConstraints: {} },
  'bad rule': {
    matchConstraints: {
      resourceRules: [{ ...onConfigMaps[0], operations: ['READ'], resourceNames: ['a/b', 'c', 'c'] }],
    },
  },
  'bad match policy': { matchConstraints: { resourceRules: onConfigMaps, matchPolicy: 'Loose' } },
  'nothing to say': { validations: [] },
  'bad failure policy': { failurePolicy: 'Maybe' },
  'empty expression': says(' '),
  'no bool': says("'x'"),
  number: says('1'),
  'field alone': says('object.data.a'),
  'unknown variable': says('foo == 1'),
  'unknown composed variable': { variables: [{ name: 'a', expression: '1' }], ...says('variables.b == 1') },
  'later composed variable': {
    variables: [
      { name: 'a', expression: 'variables.b' },
      { name: 'b', expression: '1' },
    ],
  },
  'variables without any': says('variables.a == 1'),
  'bad variable name': { variables: [{ name: 'a-b', expression: '1' }] },
  'reserved variable name': { variables: [{ name: 'namespace', expression: '1' }] },
  'variable without name': { variables: [{ name: '', expression: '1' }] },
  'variable without expression': { variables: [{ name: 'a', expression: '' }] },
  'params without kind': says('params.x == 1'),
  'unknown request field': says('request.object.x == 1'),
  'bad message': says('true', { message: ' ' }),
  'message of lines': says('true', { message: 'a\nb' }),
  'bad message expression': says('true', { messageExpression: '1' }),
  'empty message expression': says('true', { messageExpression: ' ' }),
  'authorizer in message': says('true', { messageExpression: "string(authorizer.path('/x').check('get').allowed())" }),
  'bad reason': says('true', { reason: 'NotFound' }),
  'annotation without key': { auditAnnotations: [{ key: '', valueExpression: "'x'" }] },
  'annotations of one key': {
    auditAnnotations: [
      { key: 'k', valueExpression: "'x'" },
      { key: 'k', valueExpression: "'y'" },
    ],
  },
  'annotation that is no text': { auditAnnotations: [{ key: 'k', valueExpression: '1' }] },
  'annotation without value': { auditAnnotations: [{ key: 'k', valueExpression: ' ' }] },
  'param kind without version': { paramKind: { kind: 'ConfigMap' } },
  'param kind without kind': { paramKind: { apiVersion: 'v1' } },
  'param kind of three parts': { paramKind: { apiVersion: 'a/b/c', kind: 'X' } },
  'bad param kind': { paramKind: { apiVersion: 'A/1', kind: 'x_y' } },
  'same conditions': {
    matchConditions: [
      { name: 'a', expression: 'true' },
      { name: 'a', expression: '1' },
    ],
  },
};

const badBindings: Readonly<Record<string, Json>> = {
  'no policy': { policyName: '' },
  'bad policy': { policyName: 'A_b' },
  'no actions': { validationActions: [] },
  'bad action': { validationActions: ['Shout'] },
  'action twice': { validationActions: ['Deny', 'Deny'] },
  'deny and warn': { validationActions: ['Deny', 'Warn'] },
  'empty param': { paramRef: {} },
  'param by both': { paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Deny' } },
  'param with bad name': { paramRef: { name: 'a/b', parameterNotFoundAction: 'Deny' } },
  'param with bad action': { paramRef: { name: 'a', parameterNotFoundAction: 'Shout' } },
  'bad match': { matchResources: { matchPolicy: 'Loose', resourceRules: [{}] } },
};

const nameOf = ({ metadata }: Json): string => (metadata as { name: string }).name;

const met = (name: string, more: Json = {}): Step => ({
  id: `policy ${name}`,
  method: 'POST',
  path: configMaps,
  body: { metadata: { name, labels: { policy: name } }, data: { a: '1' }, ...more },
});

const limits = (namespace: string, name: string, allowed: string): Step => ({
  id: `limits ${namespace} ${name}`,
  method: 'POST',
  path: `/api/v1/namespaces/${namespace}/configmaps`,
  body: { metadata: { name, labels: { limits: 'yes' } }, data: { allowed } },
});

export const policySteps: readonly Step[] = [
  ...Object.entries(bad).map(([id, spec]): Step => ({
    id: `refused policy: ${id}`,
    method: 'POST',
    path: policiesPath,
    body: policy('bad', spec),
  })),
  ...Object.entries(badBindings).map(([id, spec]): Step => ({
    id: `refused binding: ${id}`,
    method: 'POST',
    path: bindingsPath,
    body: binding('bad', spec),
  })),
  limits('hooks', 'limits', '1'),
  limits('hooks', 'more', '2'),
  limits('default', 'limits', '3'),
  ...bound.flatMap(({ policy: one, binding: other }): Step[] => [
    { id: `register policy ${nameOf(one)}`, method: 'POST', path: policiesPath, body: one },
    { id: `register ${nameOf(other)}`, method: 'POST', path: bindingsPath, body: other },
  ]),
  { ...met('says-false'), id: 'policy says-false, first', pauseMs: 4000 },
  ...bound.map(({ policy: one }) => met(nameOf(one))),
  {
    id: 'policy on delete',
    method: 'DELETE',
    path: `${configMaps}/says-true`,
  },
  {
    id: 'policy generation',
    method: 'PATCH',
    path: `${policiesPath}/says-true`,
    body: { spec: { validations: [{ expression: 'false' }] } },
    contentType: 'application/merge-patch+json',
  },
  { id: 'policy status', method: 'GET', path: `${policiesPath}/says-true/status` },
  {
    id: 'policy put without version',
    method: 'PUT',
    path: `${policiesPath}/says-true`,
    body: policy('says-true', {}),
  },
  ...['validatingadmissionpolicies/says-true', 'validatingadmissionpolicybindings/says-true-binding'].map(
    (path): Step => ({
      id: `table ${path}`,
      method: 'GET',
      path: `${group}/${path}`,
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    }),
  ),
];
