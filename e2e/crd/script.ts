/** The request script for custom resources, in order, as data. Both servers get the same. */
import type { Step } from '../upstream-api/script.ts';
import {
  definition,
  definitionsPath,
  gadgets,
  object,
  probes,
  spec,
  values,
  widgets,
  type Json,
} from './definitions.ts';
import { refused } from './refused.ts';

const namespace = 'crd-script';
const widgetPath = `/apis/example.com/v1/namespaces/${namespace}/widgets`;
const probePath = `/apis/example.com/v1/namespaces/${namespace}/probes`;
const gadgetPath = (version: string): string => `/apis/example.com/${version}/gadgets`;
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const merge = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';
const apply = 'application/apply-patch+yaml';

const isEstablished = (_code: number, body: unknown): boolean =>
  ((body as { status?: { conditions?: { type: string; status: string }[] } }).status?.conditions ?? []).some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );
const isFound = (code: number): boolean => code === 200;
const isGone = (code: number): boolean => code === 404;

const get = (id: string, path: string, more: Partial<Step> = {}): Step => ({ id, method: 'GET', path, ...more });
const post = (id: string, path: string, body: unknown, more: Partial<Step> = {}): Step => ({
  id,
  method: 'POST',
  path,
  body,
  ...more,
});
const patch = (id: string, path: string, contentType: string, body: unknown, more: Partial<Step> = {}): Step => ({
  id,
  method: 'PATCH',
  path,
  contentType,
  body,
  ...more,
});
const remove = (id: string, path: string, body?: unknown): Step => ({
  id,
  method: 'DELETE',
  path,
  ...(body === undefined ? {} : { body }),
});

function install(given: Json, probe: string): Step[] {
  const { name } = given['metadata'] as { name: string };
  return [
    post(`create ${name}`, definitionsPath, given),
    get(`${name} is established`, `${definitionsPath}/${name}`, { until: isEstablished }),
    get(`${name} is served`, probe, { until: isFound }),
  ];
}

const refusals = Object.entries(refused).map(([why, body]) => post(`refused: ${why}`, definitionsPath, body));

const judged = values.map(([property, value]) =>
  post(`${property}: ${JSON.stringify(value)}`, `${probePath}?dryRun=All`, {
    apiVersion: 'example.com/v1',
    kind: 'Probe',
    metadata: { name: 'probe' },
    spec: { [property]: value },
  }),
);
const strict = values
  .filter(([property]) => ['struct', 'unknown', 'strict', 'open', 'embedded', 'map', 'list'].includes(property))
  .map(([property, value]) =>
    post(`strictly, ${property}: ${JSON.stringify(value)}`, `${probePath}?dryRun=All&fieldValidation=Strict`, {
      apiVersion: 'example.com/v1',
      kind: 'Probe',
      metadata: { name: 'probe' },
      spec: { [property]: value },
    }),
  );

const widget = (name: string, content: Json = {}, more: Json = {}): Json => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec: { color: 'red', ...content },
  ...more,
});

const creating: Step[] = [
  post('a widget', widgetPath, widget('a')),
  post('the same widget again', widgetPath, widget('a')),
  post(
    'a full widget',
    widgetPath,
    widget('full', {
      size: 5,
      label: 'abc',
      replicas: 2,
      selector: 'a=b',
      port: 'http',
      tags: ['x', 'y'],
      ports: [
        { name: 'web', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
      steps: [{ run: 'a' }, { run: 'b', retries: 3 }],
      options: { o: '1' },
      limits: { cpu: '1' },
      free: { any: { thing: [1, null] } },
      nothing: null,
      nested: {},
    }),
  ),
  post('a widget with status', widgetPath, widget('s', {}, { status: { phase: 'x' } })),
  post('a widget with unknown fields', widgetPath, widget('u', { surprise: 1, nested: { deep: { odd: true } } })),
  post(
    'strictly',
    `${widgetPath}?fieldValidation=Strict`,
    widget('v', { surprise: 1, nested: { deep: { odd: true } } }),
  ),
  post('ignoring', `${widgetPath}?fieldValidation=Ignore`, widget('w', { surprise: 1 })),
  post(
    'duplicate fields',
    `${widgetPath}?fieldValidation=Strict`,
    '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"d"},"spec":{"color":"red","color":"blue","odd":1}}',
  ),
  post(
    'duplicate fields, warned',
    widgetPath,
    '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"d"},"spec":{"color":"red","color":"blue"}}',
  ),
  post('unknown metadata', `${widgetPath}?fieldValidation=Strict`, { ...widget('m'), metadata: { name: 'm', odd: 1 } }),
  post('unknown metadata, warned', widgetPath, { ...widget('m'), metadata: { name: 'm', odd: 1 } }),
  post('unknown at the root', `${widgetPath}?fieldValidation=Strict`, { ...widget('r'), odd: 1, other: {} }),
  post('malformed metadata', widgetPath, { ...widget('m2'), metadata: { name: 'm2', labels: { a: 1 } } }),
  post('metadata of another type', widgetPath, { ...widget('m3'), metadata: 'x' }),
  post('without spec', widgetPath, { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'n' } }),
  post('without color', widgetPath, {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'n' },
    spec: {},
  }),
  post('spec of another type', widgetPath, {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'n' },
    spec: 'x',
  }),
  post('two faults of one value', widgetPath, widget('n', { label: 'A' })),
  post('a bad name', widgetPath, widget('A_b')),
  post('a bad label', widgetPath, { ...widget('l'), metadata: { name: 'l', labels: { 'a b': 'c' } } }),
  post('no name at all', widgetPath, { ...widget('x'), metadata: {} }),
  post('another kind', widgetPath, { ...widget('k'), kind: 'Other' }),
  post('another version', widgetPath, { ...widget('k'), apiVersion: 'example.com/v2' }),
  post('another group', widgetPath, { ...widget('k'), apiVersion: 'other.com/v1' }),
  post('a built-in kind', widgetPath, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'k' } }),
  post('another namespace', widgetPath, { ...widget('k'), metadata: { name: 'k', namespace: 'default' } }),
  post('a namespace that is not there', '/apis/example.com/v1/namespaces/gone/widgets', widget('k')),
  post('no object', widgetPath, '[]'),
  post('no JSON', widgetPath, '{'),
  post('an empty body', widgetPath, ''),
  post('YAML', widgetPath, 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: yaml}\nspec: {color: green}\n', {
    contentType: 'application/yaml',
  }),
  post('another media type', widgetPath, 'x', { contentType: 'text/plain' }),
  post('a finalizer of no domain', widgetPath, { ...widget('f'), metadata: { name: 'f', finalizers: ['plain'] } }),
  post('a finalizer without path', widgetPath, {
    ...widget('f2'),
    metadata: { name: 'f2', finalizers: ['example.com'] },
  }),
  post('a resourceVersion', widgetPath, { ...widget('rv'), metadata: { name: 'rv', resourceVersion: '1' } }),
  post('by nobody', widgetPath, widget('nobody'), { user: 'nobody' }),
  post('a set with repeats', widgetPath, widget('t', { tags: ['a', 'a'] })),
  post(
    'keyed ports with repeats',
    widgetPath,
    widget('t', {
      ports: [
        { name: 'a', port: 1 },
        { name: 'a', port: 2, protocol: 'TCP' },
      ],
    }),
  ),
  post('a negative scale', widgetPath, widget('t', { replicas: -1 })),
  post('kind alone', widgetPath, { kind: 'Widget', metadata: { name: 'ka' }, spec: { color: 'red' } }),
  post('version alone', widgetPath, { apiVersion: 'example.com/v1', metadata: { name: 'va' }, spec: { color: 'red' } }),
];

const reading: Step[] = [
  get('get a', `${widgetPath}/a`),
  get('get full', `${widgetPath}/full`),
  get('get what is not there', `${widgetPath}/nope`),
  get('get as table', `${widgetPath}/full`, { accept: table }),
  get('get as metadata', `${widgetPath}/a`, { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' }),
  get('get as protobuf', `${widgetPath}/a`, { accept: 'application/vnd.kubernetes.protobuf' }),
  get('get as protobuf or JSON', `${widgetPath}/a`, { accept: 'application/vnd.kubernetes.protobuf,application/json' }),
  get('get as something else', `${widgetPath}/a`, { accept: 'text/html' }),
  get('list', widgetPath),
  get('list everywhere', '/apis/example.com/v1/widgets'),
  get('list as table', widgetPath, { accept: table }),
  get('list as table with objects', `${widgetPath}?includeObject=Object`, { accept: table }),
  get('list as metadata', widgetPath, { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' }),
  get('list as protobuf', widgetPath, { accept: 'application/vnd.kubernetes.protobuf' }),
  get('list with limit', `${widgetPath}?limit=2`),
  get('list by color', `${widgetPath}?fieldSelector=spec.color%3Dgreen`),
  get('list by size', `${widgetPath}?fieldSelector=spec.size%3D5,metadata.name%3Dfull`),
  get('list by not color', `${widgetPath}?fieldSelector=spec.color!%3Dred`),
  get('list by what cannot be selected', `${widgetPath}?fieldSelector=spec.label%3Da`),
  get('list by name', `${widgetPath}?fieldSelector=metadata.name%3Da`),
  get('list by label', `${widgetPath}?labelSelector=a%3Db`),
  get(
    'watch from the start',
    `${widgetPath}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3Da&timeoutSeconds=2`,
    { events: 1 },
  ),
  get('unknown version', `/apis/example.com/v9/namespaces/${namespace}/widgets`),
  get('unknown resource', `/apis/example.com/v1/namespaces/${namespace}/wodgets`),
  get('unknown subresource', `${widgetPath}/a/odd`),
  get('list by nobody', widgetPath, { user: 'nobody' }),
  get('discovery of the version', '/apis/example.com/v1'),
  get('discovery of the group', '/apis/example.com'),
  get('discovery of a version that is not there', '/apis/example.com/v9'),
];

const changing: Step[] = [
  { id: 'put without version', method: 'PUT', path: `${widgetPath}/a`, body: widget('a', { size: 4 }) },
  {
    id: 'put with an old version',
    method: 'PUT',
    path: `${widgetPath}/a`,
    body: { ...widget('a'), metadata: { name: 'a', resourceVersion: '1' } },
  },
  {
    id: 'put to nothing',
    method: 'PUT',
    path: `${widgetPath}/nope`,
    body: { ...widget('nope'), metadata: { name: 'nope', resourceVersion: '1' } },
  },
  { id: 'put under another name', method: 'PUT', path: `${widgetPath}/a`, body: widget('b') },
  patch('merge', `${widgetPath}/a`, merge, { spec: { size: 7, options: { x: 'y' } } }),
  patch('merge nothing', `${widgetPath}/a`, merge, {}),
  patch('merge a null', `${widgetPath}/a`, merge, { spec: { size: null } }),
  patch('merge a label', `${widgetPath}/a`, merge, { metadata: { labels: { a: 'b' } } }),
  patch('merge what is wrong', `${widgetPath}/a`, merge, { spec: { size: 70 } }),
  patch('merge an unknown field', `${widgetPath}/a`, merge, { spec: { odd: 1 } }),
  patch('merge an unknown field strictly', `${widgetPath}/a?fieldValidation=Strict`, merge, { spec: { odd: 1 } }),
  patch('merge a status', `${widgetPath}/a`, merge, { status: { phase: 'x' } }),
  patch('merge another kind', `${widgetPath}/a`, merge, { kind: 'Other' }),
  patch('merge another version', `${widgetPath}/a`, merge, { apiVersion: 'example.com/v2' }),
  patch('merge another name', `${widgetPath}/a`, merge, { metadata: { name: 'b' } }),
  patch('merge into nothing', `${widgetPath}/nope`, merge, {}),
  patch('merge no object', `${widgetPath}/a`, merge, []),
  patch('json patch', `${widgetPath}/a`, jsonPatch, [{ op: 'replace', path: '/spec/size', value: 2 }]),
  patch('json patch that tests', `${widgetPath}/a`, jsonPatch, [{ op: 'test', path: '/spec/size', value: 9 }]),
  patch('json patch to nowhere', `${widgetPath}/a`, jsonPatch, [{ op: 'replace', path: '/spec/x/y', value: 2 }]),
  patch('json patch that removes the required', `${widgetPath}/a`, jsonPatch, [{ op: 'remove', path: '/spec/color' }]),
  patch('strategic merge', `${widgetPath}/a`, 'application/strategic-merge-patch+json', { spec: { size: 1 } }),
  patch('a dry run', `${widgetPath}/a?dryRun=All`, merge, { spec: { size: 9 } }),
  get('after the patches', `${widgetPath}/a`),
];

const status: Step[] = [
  get('get status', `${widgetPath}/a/status`),
  patch('patch status', `${widgetPath}/a/status`, merge, {
    status: { phase: 'Running', replicas: 1, selector: 'a=b' },
    spec: { size: 9 },
  }),
  patch('patch status with labels', `${widgetPath}/a/status`, merge, {
    metadata: { labels: { c: 'd' } },
    status: { ready: true },
  }),
  patch('patch status wrongly', `${widgetPath}/a/status`, merge, { status: { replicas: 'x' } }),
  patch('patch status with two conditions', `${widgetPath}/a/status`, merge, {
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Ready', status: 'False' },
      ],
    },
  }),
  patch('patch status with a condition', `${widgetPath}/a/status`, merge, {
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }),
  patch('patch status with unknown fields', `${widgetPath}/a/status?fieldValidation=Strict`, merge, {
    status: { odd: 1 },
  }),
  patch('apply a status', `${widgetPath}/a/status?fieldManager=controller`, apply, {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    status: { conditions: [{ type: 'Done', status: 'True' }] },
  }),
  get('after the status', `${widgetPath}/a`),
  get('its row', `${widgetPath}/a`, { accept: table }),
];

const scale: Step[] = [
  get('scale of full', `${widgetPath}/full/scale`),
  get('scale without replicas', `${widgetPath}/a/scale`),
  get('scale of nothing', `${widgetPath}/nope/scale`),
  patch('patch scale', `${widgetPath}/full/scale`, merge, { spec: { replicas: 5 } }),
  {
    id: 'put scale',
    method: 'PUT',
    path: `${widgetPath}/full/scale`,
    body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'full', namespace }, spec: { replicas: 3 } },
  },
  {
    id: 'put scale of a',
    method: 'PUT',
    path: `${widgetPath}/a/scale`,
    body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'a', namespace }, spec: { replicas: 1 } },
  },
  get('after the scale', `${widgetPath}/full`),
];

const applied = (content: Json): Json => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'ssa' },
  spec: content,
});
const applyStep = (id: string, manager: string, content: Json, more = ''): Step =>
  patch(id, `${widgetPath}/ssa?fieldManager=${manager}${more}`, apply, applied(content));
const applying: Step[] = [
  patch('apply without manager', `${widgetPath}/ssa`, apply, applied({ color: 'red' })),
  applyStep('apply that creates', 'one', {
    color: 'red',
    tags: ['a'],
    ports: [{ name: 'web', port: 80 }],
    options: { a: '1' },
    limits: { a: '1' },
  }),
  applyStep('apply the same', 'one', {
    color: 'red',
    tags: ['a'],
    ports: [{ name: 'web', port: 80 }],
    options: { a: '1' },
    limits: { a: '1' },
  }),
  applyStep('apply by another', 'two', {
    tags: ['b'],
    ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
    options: { b: '2' },
  }),
  applyStep('apply in conflict', 'two', { color: 'blue' }),
  applyStep('apply an atomic map in conflict', 'two', { limits: { b: '2' } }),
  applyStep('apply with force', 'two', { color: 'blue' }, '&force=true'),
  applyStep('apply less', 'one', { tags: ['a'] }),
  applyStep('apply an undeclared field', 'one', { odd: 1 }),
  applyStep('apply a wrong type', 'one', { color: 1 }),
  applyStep('apply a list in place of a string', 'one', { color: [] }),
  applyStep('apply a map without key', 'one', { ports: [{ port: 1 }] }),
  applyStep('apply a repeated key', 'one', {
    ports: [
      { name: 'x', port: 1 },
      { name: 'x', port: 2 },
    ],
  }),
  applyStep('apply a repeated set element', 'one', { tags: ['x', 'x'] }),
  applyStep('apply a port of a number', 'one', { port: 80 }),
  applyStep('apply free fields', 'one', { free: { a: { b: [1] } } }),
  patch('apply another kind', `${widgetPath}/ssa?fieldManager=one`, apply, { ...applied({}), kind: 'Other' }),
  patch('apply another version', `${widgetPath}/ssa?fieldManager=one`, apply, {
    ...applied({}),
    apiVersion: 'example.com/v2',
  }),
  patch(
    'apply YAML',
    `${widgetPath}/ssa?fieldManager=yaml`,
    apply,
    'apiVersion: example.com/v1\nkind: Widget\nspec:\n  label: abc\n',
  ),
  patch(
    'apply strictly',
    `${widgetPath}/ssa?fieldManager=one&fieldValidation=Strict&force=true`,
    apply,
    'apiVersion: example.com/v1\nkind: Widget\nspec:\n  label: abc\n  label: def\n',
  ),
  patch('update after apply', `${widgetPath}/ssa?fieldManager=editor`, merge, { spec: { label: 'xyz' } }),
  get('after apply', `${widgetPath}/ssa`),
];

const gadget = (version: string, name: string, content: Json): Json => ({
  apiVersion: `example.com/${version}`,
  kind: 'Gadget',
  metadata: { name },
  spec: content,
});
const versions: Step[] = [
  post('v1 gadget', gadgetPath('v1'), gadget('v1', 'one', { a: 'x' })),
  post('v1beta1 gadget', gadgetPath('v1beta1'), gadget('v1beta1', 'two', { a: 'x', b: 'lost' })),
  post('v1alpha1 gadget', gadgetPath('v1alpha1'), gadget('v1alpha1', 'three', { a: 'x', c: 'pruned' })),
  get('one as v1', `${gadgetPath('v1')}/one`),
  get('one as v1beta1', `${gadgetPath('v1beta1')}/one`),
  get('one as v1alpha1', `${gadgetPath('v1alpha1')}/one`),
  get('two as v1', `${gadgetPath('v1')}/two`),
  get('three as v1', `${gadgetPath('v1')}/three`),
  get('list as v1beta1', gadgetPath('v1beta1')),
  get('list as v1', gadgetPath('v1')),
  get('table as v1beta1', gadgetPath('v1beta1'), { accept: table }),
  get('gadgets in a namespace', `/apis/example.com/v1/namespaces/${namespace}/gadgets`),
  post('a gadget with a namespace', gadgetPath('v1'), {
    ...gadget('v1', 'ns', {}),
    metadata: { name: 'ns', namespace },
  }),
  get('status of what has none', `${gadgetPath('v1')}/one/status`),
  get('scale of what has none', `${gadgetPath('v1')}/one/scale`),
  patch('merge in v1beta1', `${gadgetPath('v1beta1')}/one`, merge, { spec: { a: 'y' } }),
  patch(
    'apply in v1beta1',
    `${gadgetPath('v1beta1')}/one?fieldManager=m&force=true`,
    apply,
    gadget('v1beta1', 'one', { a: 'z' }),
  ),
  get('one at last', `${gadgetPath('v1')}/one`),
  get('discovery of v1beta1', '/apis/example.com/v1beta1'),
  get('discovery with versions', '/apis/example.com'),
  get('gadgets that can be selected', `${gadgetPath('v1')}?fieldSelector=spec.a%3Dx`),
];

const thing = (schema: unknown, more: Json = {}): Json => definition(schema, { kind: 'Thing', ...more });
const thingPath = `/apis/example.com/v1/namespaces/${namespace}/things`;
const first = spec(object({ a: { type: 'string' }, b: { type: 'string' } }));
const second = spec(object({ a: { type: 'string', maxLength: 2 }, c: { type: 'string', default: 'new' } }));
const live: Step[] = [
  ...install(thing(first), thingPath),
  post('a thing', thingPath, {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name: 't' },
    spec: { a: 'long text', b: 'x' },
  }),
  patch('another schema', `${definitionsPath}/things.example.com`, jsonPatch, [
    { op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: second },
  ]),
  get('the thing under the new schema', `${thingPath}/t`, { pauseMs: 1500, until: isFound }),
  get('the list under the new schema', thingPath, { until: isFound }),
  patch('a label, though the value is wrong now', `${thingPath}/t`, merge, { metadata: { labels: { a: 'b' } } }),
  patch('the wrong value changed', `${thingPath}/t`, merge, { spec: { a: 'other text' } }),
  patch('the wrong value mended', `${thingPath}/t`, merge, { spec: { a: 'ok' } }),
  patch('names that may change', `${definitionsPath}/things.example.com`, merge, {
    spec: { names: { shortNames: ['th'], categories: ['c'] } },
  }),
  get('discovery after', '/apis/example.com/v1', { pauseMs: 1500 }),
  patch('a kind that may not', `${definitionsPath}/things.example.com`, merge, { spec: { names: { kind: 'Other' } } }),
  patch('a scope that may not', `${definitionsPath}/things.example.com`, merge, { spec: { scope: 'Cluster' } }),
  patch('a group that may not', `${definitionsPath}/things.example.com`, merge, { spec: { group: 'other.com' } }),
  patch('a plural that may not', `${definitionsPath}/things.example.com`, merge, {
    spec: { names: { plural: 'others' } },
  }),
  patch('a stored version that goes', `${definitionsPath}/things.example.com`, jsonPatch, [
    { op: 'replace', path: '/spec/versions/0/name', value: 'v2' },
  ]),
  {
    id: 'put of a definition without version',
    method: 'PUT',
    path: `${definitionsPath}/things.example.com`,
    body: thing(second),
  },
  patch('apply a definition', `${definitionsPath}/things.example.com?fieldManager=x&force=true`, apply, thing(second)),
  get('definitions as table', definitionsPath, { accept: table }),
  post('a taken short name', definitionsPath, definition(first, { kind: 'Rival', names: { shortNames: ['wd'] } })),
  get('a taken short name shows', `${definitionsPath}/rivals.example.com`, {
    until: (_code, body) => ((body as { status?: { conditions?: unknown[] } }).status?.conditions ?? []).length === 2,
  }),
  remove('delete the rival', `${definitionsPath}/rivals.example.com`),
  get('the rival is gone', `${definitionsPath}/rivals.example.com`, { until: isGone }),
];

const leaving: Step[] = [
  remove('delete a widget', `${widgetPath}/s`),
  remove('delete it again', `${widgetPath}/s`),
  remove('delete what a finalizer holds', `${widgetPath}/f`),
  get('it is still there', `${widgetPath}/f`),
  patch('add a finalizer to a dying one', `${widgetPath}/f`, merge, {
    metadata: { finalizers: ['plain', 'example.com/more'] },
  }),
  patch('let it go', `${widgetPath}/f`, merge, { metadata: { finalizers: null } }),
  get('now it is gone', `${widgetPath}/f`),
  remove('dry delete', `${widgetPath}/a?dryRun=All`),
  remove('delete by preconditions', `${widgetPath}/a`, { preconditions: { uid: 'other' } }),
  remove('delete all yamls', `${widgetPath}?fieldSelector=spec.color%3Dgreen`),
  post('held by a finalizer', thingPath, {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name: 'held', finalizers: ['example.com/hold'] },
  }),
  remove('delete the definition of things', `${definitionsPath}/things.example.com`),
  get('it is terminating', `${definitionsPath}/things.example.com`, {
    until: (_code, body) => JSON.stringify(body).includes('InstanceDeletionInProgress'),
  }),
  post('nothing new while it goes', thingPath, {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name: 'late' },
  }),
  get('what is held is still there', `${thingPath}/held`, {
    until: (_code, body) => JSON.stringify(body).includes('deletionTimestamp'),
  }),
  patch('let the last one go', `${thingPath}/held`, merge, { metadata: { finalizers: null } }),
  get('the definition is gone', `${definitionsPath}/things.example.com`, { until: isGone }),
  get('its objects are not served', thingPath, { until: isGone }),
  patch('let f2 go', `${widgetPath}/f2`, merge, { metadata: { finalizers: null } }),
  remove('delete the definition of widgets', `${definitionsPath}/widgets.example.com`),
  get('widgets are gone', `${definitionsPath}/widgets.example.com`, { until: isGone }),
];

export const script: readonly Step[] = [
  post('the namespace', '/api/v1/namespaces', { metadata: { name: namespace } }),
  get('no definitions yet', definitionsPath),
  get('nothing is served yet', widgetPath),
  ...refusals,
  ...install(probes, probePath),
  ...judged,
  ...strict,
  ...install(widgets, widgetPath),
  ...creating,
  ...reading,
  ...changing,
  ...status,
  ...scale,
  ...applying,
  ...install(gadgets, gadgetPath('v1')),
  ...versions,
  ...live,
  ...leaving,
];
