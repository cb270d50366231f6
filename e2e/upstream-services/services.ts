/** Scenarios about Services, each from a seed. */
import type { Choices } from './random.ts';
import type { Cluster, Edit, Lane, Request } from './scenario.ts';
import { edited } from './encode.ts';
import {
  goodSpec,
  hostile,
  metadataFields,
  names,
  oddNames,
  randomEdit,
  specFields,
  statusFields,
  type Field,
} from './values.ts';

const collection = '/api/v1/namespaces/{ns}/services';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const json = 'application/json-patch+json';
const apply = 'application/apply-patch+yaml';

interface Context {
  readonly choices: Choices;
  readonly cluster: Cluster;
  readonly lane: Lane;
  readonly fields: readonly Field[];
}

/** The life of a few Services in one namespace. */
export function serviceRequests(choices: Choices, cluster: Cluster, lane: Lane, length: number): Request[] {
  // Most edits are about the spec.
  const spec = specFields(lane);
  const context = { choices, cluster, lane, fields: [...spec, ...spec, ...spec, ...metadataFields] };
  return Array.from({ length }, (_, index) => {
    const request = index === 0 ? creation(context) : nextRequest(context);
    return request.method === 'PATCH' ? withoutLooseNumbers(request) : request;
  });
}

/** Numbers such as 80.0, which patches of ours read as 80. */
const looseTokens = /\\u0001(?:80\.0|8e1|1e3|-0)\\u0001/g;

const withoutLooseNumbers = (request: Request): Request =>
  JSON.parse(JSON.stringify(request).replaceAll(looseTokens, '\\u000180\\u0001')) as Request;

function nextRequest(context: Context): Request {
  const { choices } = context;
  const kinds: readonly (readonly [number, (context: Context) => Request])[] = [
    [26, creation],
    [14, putLive],
    [10, putManifest],
    [12, mergePatch],
    [7, strategicPatch],
    [9, jsonPatch],
    [8, serverSideApply],
    [7, statusWrite],
    [5, deletion],
    [2, rawBody],
  ];
  let at = choices.below(100);
  for (const [weight, make] of kinds) {
    if (at < weight) return make(context);
    at -= weight;
  }
  return creation(context);
}

const nameOf = ({ choices }: Context): string => choices.pick(names);
const pathOf = (context: Context): string => `${collection}/${nameOf(context)}`;

function query({ choices }: Context, more: readonly string[] = []): string {
  const words = [
    ...more,
    ...(choices.chance(0.08) ? ['dryRun=All'] : []),
    ...(choices.chance(0.12)
      ? [`fieldValidation=${choices.pick(['Strict', 'Ignore', 'Warn', 'Strict', 'Loud'])}`]
      : []),
    ...(choices.chance(0.03) ? ['fieldManager=other'] : []),
  ];
  return words.length === 0 ? '' : `?${words.join('&')}`;
}

function edits({ choices, fields }: Context, from = 0): Edit[] {
  const count = from + choices.pick([0, 0, 1, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, () => randomEdit(choices, fields));
}

function manifest(context: Context, name: string): unknown {
  const { choices, cluster, lane } = context;
  const typed = choices.chance(0.8) ? { apiVersion: 'v1', kind: 'Service' } : {};
  const good = { ...typed, metadata: { name }, spec: goodSpec(choices, cluster, lane) };
  return edited(good, edits(context));
}

function creation(context: Context): Request {
  const { choices } = context;
  const name = choices.chance(0.05) ? choices.pick(oddNames) : nameOf(context);
  return { method: 'POST', path: collection + query(context), body: manifest(context, name) };
}

function putManifest(context: Context): Request {
  const name = nameOf(context);
  return { method: 'PUT', path: `${collection}/${name}${query(context)}`, body: manifest(context, name) };
}

function putLive(context: Context): Request {
  const path = pathOf(context);
  const changes = edits(context, 1);
  return { method: 'PUT', path: path + query(context), from: { live: path, edits: changes } };
}

function partial(context: Context, count: number): unknown {
  const { choices, fields } = context;
  const whole = fields.filter(({ path }) => path.length === 2);
  return Array.from({ length: count }, () => randomEdit(choices, whole)).reduce(
    (patch: unknown, { path, ...rest }) =>
      edited(patch, [{ path, value: Object.hasOwn(rest, 'value') ? rest.value : null }]),
    {},
  );
}

function mergePatch(context: Context): Request {
  const { choices } = context;
  const body = choices.chance(0.03) ? choices.pick(hostile) : partial(context, choices.pick([1, 1, 2, 2, 3, 4]));
  return { method: 'PATCH', path: pathOf(context) + query(context), body, contentType: merge };
}

function strategicPatch(context: Context): Request {
  const { choices } = context;
  const directives: readonly unknown[] = [
    { spec: { ports: [{ port: 80, $patch: 'delete' }] } },
    { spec: { ports: [{ port: 81, name: 'c' }] } },
    {
      spec: {
        ports: [
          { port: 80, targetPort: 'x' },
          { port: 443, name: 'b' },
        ],
      },
    },
    { spec: { ports: [{ name: 'x' }] } },
    { spec: { ports: [{ $patch: 'replace' }, { port: 90 }] } },
    { spec: { selector: { $patch: 'replace', app: 'c' } } },
    { spec: { selector: { $patch: 'delete' } } },
    { spec: { $setElementOrder: 1 } },
    { spec: { '$setElementOrder/ports': [{ port: 443 }, { port: 80 }], ports: [{ port: 443, name: 'b' }] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/hold'] } },
    { metadata: { finalizers: ['example.com/hold'] } },
    { $patch: 'delete' },
    { $patch: 'foo' },
    { spec: { $retainKeys: ['type', 'ports'], type: 'NodePort' } },
    { metadata: { ownerReferences: [{ uid: 'u', apiVersion: 'v1', kind: 'Pod', name: 'p' }] } },
    { metadata: { ownerReferences: [{ uid: 'u', $patch: 'delete' }] } },
  ];
  const body = choices.chance(0.4) ? choices.pick(directives) : partial(context, choices.pick([1, 1, 2, 3]));
  return { method: 'PATCH', path: pathOf(context) + query(context), body, contentType: strategic };
}

function jsonPatch(context: Context): Request {
  const { choices, fields } = context;
  const operation = (): unknown => {
    const edit = randomEdit(choices, fields);
    const path = `/${edit.path.join('/')}`;
    if (!Object.hasOwn(edit, 'value')) return { op: 'remove', path };
    if (choices.chance(0.15)) return choices.pick(oddOperations);
    return { op: choices.pick(['add', 'add', 'replace', 'replace', 'test']), path, value: edit.value };
  };
  const body = Array.from({ length: choices.pick([1, 1, 2, 3]) }, operation);
  return { method: 'PATCH', path: pathOf(context) + query(context), body, contentType: json };
}

const oddOperations: readonly unknown[] = [
  { op: 'add', path: '/spec/ports/-', value: { name: 'z', port: 99 } },
  { op: 'remove', path: '/spec/ports/0' },
  { op: 'remove', path: '/spec/ports/9' },
  { op: 'remove', path: '/spec/nothing' },
  { op: 'move', from: '/spec/ports/0', path: '/spec/ports/1' },
  { op: 'copy', from: '/spec/ports/0', path: '/spec/ports/-' },
  { op: 'copy', from: '/spec/type', path: '/metadata/annotations' },
  { op: 'test', path: '/spec/type', value: 'ClusterIP' },
  { op: 'test', path: '/spec/ports', value: [] },
  { op: 'foo', path: '/spec' },
  { op: 'add', path: 'spec', value: 1 },
  { op: 'add', path: '/metadata/labels/__proto__', value: 'x' },
  { op: 'add', path: '/metadata/annotations', value: { a: 'b' } },
  { op: 'replace', path: '', value: {} },
  { op: 'remove', path: '/spec/clusterIP' },
  { op: 'remove', path: '/spec/clusterIPs/1' },
  { op: 'remove', path: '/spec/ipFamilies/1' },
  { op: 'add', path: '/spec/ipFamilies/1', value: 'IPv6' },
  { op: 'add', path: '/spec/ipFamilies/-', value: 'IPv4' },
];

function serverSideApply(context: Context): Request {
  const { choices, cluster, lane } = context;
  const name = nameOf(context);
  const good = { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: goodSpec(choices, cluster, lane) };
  const small = { apiVersion: 'v1', kind: 'Service', metadata: { name, labels: { a: 'b' } } };
  const body = edited(choices.chance(0.7) ? good : small, edits(context));
  const manager = choices.pick(['fieldManager=m1', 'fieldManager=m1', 'fieldManager=m2']);
  const words = [...(choices.chance(0.03) ? [] : [manager]), ...(choices.chance(0.4) ? ['force=true'] : [])];
  const words2 = words.length === 0 ? [] : words;
  const suffix = choices.chance(0.08) ? [...words2, 'dryRun=All'] : words2;
  return {
    method: 'PATCH',
    path: `${collection}/${name}${suffix.length === 0 ? '' : `?${suffix.join('&')}`}`,
    body,
    contentType: apply,
  };
}

function statusWrite(context: Context): Request {
  const { choices } = context;
  const object = pathOf(context);
  const path = `${object}/status${query(context)}`;
  const fields = choices.chance(0.7) ? statusFields : [...statusFields, ...context.fields];
  const edit = randomEdit(choices, fields);
  if (choices.chance(0.5)) return { method: 'PUT', path, from: { live: object, edits: [edit] } };
  const value = Object.hasOwn(edit, 'value') ? edit.value : null;
  return {
    method: 'PATCH',
    path,
    body: edited({}, [{ path: edit.path.filter((step) => typeof step === 'string'), value }]),
    contentType: choices.pick([merge, strategic]),
  };
}

function deletion(context: Context): Request {
  const { choices } = context;
  const options: readonly unknown[] = [
    { propagationPolicy: 'Foreground' },
    { propagationPolicy: 'Orphan' },
    { propagationPolicy: 'Foo' },
    { orphanDependents: false },
    { dryRun: ['All'] },
    { dryRun: ['x'] },
    { preconditions: { uid: 'x' } },
    { preconditions: { resourceVersion: '1' } },
    { gracePeriodSeconds: 0 },
    { gracePeriodSeconds: -5 },
    { foo: 1 },
    'x',
  ];
  const path = pathOf(context) + (choices.chance(0.1) ? '?dryRun=All' : '');
  return { method: 'DELETE', path, ...(choices.chance(0.4) ? { body: choices.pick(options) } : {}) };
}

/** Texts that no encoder writes: duplicate keys, broken JSON, YAML, other kinds. */
function rawBody(context: Context): Request {
  const { choices } = context;
  const [port = 0] = context.lane.ports;
  const head = '"apiVersion":"v1","kind":"Service"';
  const texts = [
    `{${head},"metadata":{"name":"web"},"spec":{"type":"NodePort","type":"ClusterIP","ports":[{"port":80}]}}`,
    `{${head},"metadata":{"name":"web","name":"api"},"spec":{"ports":[{"port":80,"port":81}]}}`,
    `{${head},"metadata":{"name":"web","__proto__":{"x":1}},"spec":{"ports":[{"port":80}],"__proto__":{"clusterIP":"None"}}}`,
    `{${head},"metadata":{"name":"web"},"spec":{"ports":[{"port":80}],"selector":{"a":"b","a":"c"}}}`,
    `{${head},"metadata":{"name":"web"},"Spec":{"ports":[{"port":80}]}}`,
    `{${head},"metadata":{"name":"web"},"spec":{"Ports":[{"port":80}],"ports":[{"port":81}]}}`,
    `{${head},"metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}} x`,
    `{${head},"metadata":{"name":"web"},"spec":{"ports":[{"port":80},]}}`,
    `{${head},"metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}`,
    `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"}}`,
    `{"apiVersion":"v2","kind":"Service","metadata":{"name":"web"}}`,
    `{"apiVersion":"apps/v1","kind":"Service","metadata":{"name":"web"}}`,
    `[]`,
    `null`,
    `"x"`,
    ``,
    ` `,
    `{}`,
    `{"metadata":null,"spec":null}`,
    `{${head},"metadata":[],"spec":{}}`,
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: NodePort\n  ports:\n  - port: 80\n    nodePort: ${port}\n`,
    `{${head},"metadata":{"name":"web"},"spec":{"ports":[{"port":80}]},"extra":{"a":1}}`,
    `{${head},"metadata":{"name":"\\ud800"},"spec":{"ports":[{"port":80}]}}`,
    `{${head},"metadata":{"name":"web"},"spec":{"ports":[{"port":1e400}]}}`,
    `{${head},"metadata":{"name":"web"},"spec":{"ports":[{"port":80,"foo":1,"foo":2},{"bar":1}]}}`,
  ];
  const body = choices.pick(texts);
  const yaml = body.startsWith('apiVersion') || (choices.chance(0.1) && !/1e400|ud800/.test(body));
  const type = yaml ? 'application/yaml' : 'application/json';
  return choices.chance(0.7)
    ? { method: 'POST', path: collection + query(context), body, contentType: type }
    : { method: 'PUT', path: pathOf(context) + query(context), body, contentType: type };
}
