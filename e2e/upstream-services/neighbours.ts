/** Scenarios about Endpoints and EndpointSlices, IPAddresses and ServiceCIDRs. */
import { edited } from './encode.ts';
import type { Choices } from './random.ts';
import type { Edit, Request } from './scenario.ts';
import { metadataFields, randomEdit, type Field } from './values.ts';

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: string;
  readonly names: readonly string[];
  readonly good: readonly object[];
  readonly fields: readonly Field[];
  /** One for the whole cluster: only dry runs and requests that are refused, so that scenarios do not meet. */
  readonly dryOnly?: true;
}

const long = (length: number): string => 'a'.repeat(length);
const addresses: readonly unknown[] = [
  '1.2.3.4',
  '01.2.3.4',
  '127.0.0.1',
  '0.0.0.0',
  '169.254.1.1',
  '224.0.0.5',
  '::1',
  '2001:db8::1',
  '2001:DB8::1',
  '::ffff:1.2.3.4',
  'foo',
  '',
  'foo.example.com',
  'Foo.com',
  'foo',
  'fe80::1',
  'ff02::1',
  '::',
  '1.2.3',
  null,
  5,
];
const portNames: readonly unknown[] = ['http', '', 'HTTP', 'a.b', long(63), long(64), null, 5];
const portNumbers: readonly unknown[] = [80, 0, -1, 65_536, null, '80', 99_999];
const protocols: readonly unknown[] = ['TCP', 'UDP', 'SCTP', 'tcp', '', null];
const appProtocols: readonly unknown[] = ['http', 'kubernetes.io/h2c', '', 'a/b/c', null];
const hostnames: readonly unknown[] = ['a', 'a.b', 'A', '', long(64), null];
const nodeNames: readonly unknown[] = ['node-1', 'Node', 'a.b', '', null];

const endpoints: Kind = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  path: '/api/v1/namespaces/{ns}/endpoints',
  names: ['web', 'api'],
  good: [
    { subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80 }] }] },
    {},
    { subsets: [{ notReadyAddresses: [{ ip: '1.2.3.4' }] }] },
  ],
  fields: [
    {
      path: ['subsets'],
      values: [
        [],
        null,
        [{}],
        [null],
        [{ addresses: [] }],
        [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80 }, { port: 81 }] }],
        [
          {
            addresses: [{ ip: '1.2.3.4' }],
            ports: [
              { name: 'a', port: 80 },
              { name: 'a', port: 80 },
            ],
          },
        ],
        'x',
      ],
    },
    { path: ['subsets', 0, 'addresses', 0, 'ip'], values: addresses },
    { path: ['subsets', 0, 'notReadyAddresses', 0, 'ip'], values: addresses },
    { path: ['subsets', 0, 'addresses', 0, 'hostname'], values: hostnames },
    { path: ['subsets', 0, 'addresses', 0, 'nodeName'], values: nodeNames },
    { path: ['subsets', 0, 'addresses', 0, 'targetRef'], values: [{ kind: 'Pod', name: 'p' }, { foo: 1 }, null] },
    { path: ['subsets', 0, 'ports', 0, 'name'], values: portNames },
    { path: ['subsets', 0, 'ports', 0, 'port'], values: portNumbers },
    { path: ['subsets', 0, 'ports', 0, 'protocol'], values: protocols },
    { path: ['subsets', 0, 'ports', 0, 'appProtocol'], values: appProtocols },
  ],
};

const endpoint = { addresses: ['1.2.3.4'] };
const slices: Kind = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  path: '/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices',
  names: ['web-1', 'api-1'],
  good: [
    { addressType: 'IPv4', endpoints: [endpoint], ports: [{ port: 80 }] },
    { addressType: 'IPv6', endpoints: [{ addresses: ['2001:db8::1'] }], ports: [{ name: 'a', port: 80 }] },
    { addressType: 'FQDN', endpoints: [{ addresses: ['foo.example.com'] }], ports: [] },
    { addressType: 'IPv4', endpoints: [] },
  ],
  fields: [
    { path: ['addressType'], values: ['IPv4', 'IPv6', 'FQDN', '', 'ipv4', null, 5] },
    {
      path: ['endpoints'],
      values: [
        [],
        null,
        [{}],
        [null],
        [{ addresses: [] }],
        [{ addresses: null }],
        Array.from({ length: 1001 }, () => endpoint),
        [{ addresses: Array.from({ length: 101 }, () => '1.2.3.4') }],
        'x',
      ],
    },
    { path: ['endpoints', 0, 'addresses', 0], values: addresses },
    { path: ['endpoints', 0, 'addresses', 0], values: addresses },
    { path: ['endpoints', 0, 'addresses', 1], values: addresses },
    {
      path: ['endpoints', 0, 'conditions'],
      values: [{}, null, { ready: true }, { ready: 'true' }, { serving: true, terminating: true }, { foo: 1 }],
    },
    { path: ['endpoints', 0, 'hostname'], values: hostnames },
    { path: ['endpoints', 0, 'nodeName'], values: nodeNames },
    { path: ['endpoints', 0, 'zone'], values: ['z', '', long(300), null, 5] },
    { path: ['endpoints', 0, 'targetRef'], values: [{ kind: 'Pod', name: 'p' }, { kind: 'A/b' }, null] },
    {
      path: ['endpoints', 0, 'deprecatedTopology'],
      values: [
        { 'kubernetes.io/hostname': 'n' },
        { 'a b': 'x' },
        JSON.parse('{"__proto__":"x"}'),
        Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])),
        { a: '-' },
      ],
    },
    {
      path: ['endpoints', 0, 'hints'],
      values: [
        {},
        null,
        { forZones: [{ name: 'a' }, { name: 'a' }] },
        { forZones: [{ name: 'a b' }] },
        { forZones: [{ name: '' }] },
        { forZones: Array.from({ length: 9 }, (_, index) => ({ name: `z${index}` })) },
        { forNodes: [{ name: 'a' }, { name: 'a' }] },
        { forNodes: [{ name: 'A' }] },
        { forNodes: Array.from({ length: 9 }, (_, index) => ({ name: `n${index}` })) },
        { forZones: [{}] },
      ],
    },
    {
      path: ['ports'],
      values: [
        [],
        null,
        [{}],
        [{ name: null, port: null }],
        [{ port: 80 }, { port: 81 }],
        [{ name: 'a' }, { name: 'a' }],
        [null],
        'x',
      ],
    },
    { path: ['ports', 0, 'name'], values: portNames },
    { path: ['ports', 0, 'port'], values: portNumbers },
    { path: ['ports', 0, 'protocol'], values: protocols },
    { path: ['ports', 0, 'appProtocol'], values: appProtocols },
    { path: ['metadata', 'labels', 'kubernetes.io/service-name'], values: ['web', 'Web', '', null] },
  ],
};

const parent = { resource: 'services', namespace: 'default', name: 'x' };
const ipAddresses: Kind = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  path: '/apis/networking.k8s.io/v1/ipaddresses',
  names: [
    '192.168.7.1',
    '2001:db8::7',
    '10.0.0.01',
    '2001:DB8::1',
    '::ffff:1.2.3.4',
    'foo',
    '1.2.3',
    '0.0.0.0',
    '2001:db8:0::1',
  ],
  good: [{ spec: { parentRef: parent } }],
  dryOnly: true,
  fields: [
    { path: ['spec'], values: [null, {}, 'x'] },
    { path: ['spec', 'parentRef'], values: [null, {}, { ...parent, name: '' }, { ...parent, resource: '' }, 'x'] },
    { path: ['spec', 'parentRef', 'group'], values: ['', 'apps', 'Apps', 'a b', null] },
    { path: ['spec', 'parentRef', 'resource'], values: ['pods', 'a/b', '..', '.', 'a%b', 'Pods', null] },
    { path: ['spec', 'parentRef', 'namespace'], values: ['a', 'a/b', '..', '', null] },
    { path: ['spec', 'parentRef', 'name'], values: ['a', 'a/b', '..', 'a%', '', null] },
    { path: ['status'], values: [{}] },
  ],
};

const serviceCidrs: Kind = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  path: '/apis/networking.k8s.io/v1/servicecidrs',
  names: ['extra', 'other', 'Extra', 'a b', 'a.b'],
  good: [{ spec: { cidrs: ['172.16.0.0/24'] } }, { spec: { cidrs: ['172.16.0.0/24', '2001:db8::/64'] } }],
  dryOnly: true,
  fields: [
    { path: ['spec'], values: [null, {}, 'x'] },
    {
      path: ['spec', 'cidrs'],
      values: [
        [],
        null,
        ['172.16.0.1/24'],
        ['172.16.000.0/24'],
        ['2001:DB8::/64'],
        ['2001:db8::/64', '172.16.0.0/24'],
        ['172.16.0.0/24', '172.17.0.0/24'],
        ['a', 'b', 'c'],
        ['foo'],
        [''],
        ['172.16.0.0'],
        ['172.16.0.0/33'],
        ['::ffff:172.16.0.0/120'],
        ['172.16.0.0/32'],
        ['2001:db8::/32'],
        ['2001:db8::/128'],
        ['foo', '2001:db8::/64'],
        [5],
      ],
    },
    { path: ['status'], values: [{ conditions: [{ type: 'Ready', status: 'False' }] }, { foo: 1 }] },
  ],
};

const kinds = [endpoints, slices, slices, ipAddresses, serviceCidrs];

export function neighbourRequests(choices: Choices, length: number): Request[] {
  return Array.from({ length }, () => requestOf(choices, choices.pick(kinds)));
}

function requestOf(choices: Choices, kind: Kind): Request {
  const name = choices.pick(kind.names);
  const words = [
    ...(kind.dryOnly ? ['dryRun=All'] : choices.chance(0.1) ? ['dryRun=All'] : []),
    ...(choices.chance(0.15) ? [`fieldValidation=${choices.pick(['Strict', 'Ignore', 'Warn'])}`] : []),
  ];
  const query = (more: readonly string[] = []): string => {
    const all = [...more, ...words];
    return all.length === 0 ? '' : `?${all.join('&')}`;
  };
  const object = edited(
    { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name }, ...choices.pick(kind.good) },
    edits(choices, kind),
  );
  const path = `${kind.path}/${encodeURIComponent(name)}`;
  const at = choices.below(100);
  if (at < 40) return { method: 'POST', path: kind.path + query(), body: object };
  if (at < 55) return { method: 'PUT', path: path + query(), body: object };
  if (at < 75)
    return {
      method: 'PUT',
      path: path + query(),
      from: { live: path, edits: [...edits(choices, kind), randomEdit(choices, kind.fields)] },
    };
  if (at < 85)
    return {
      method: 'PATCH',
      path: path + query(['fieldManager=m1']),
      body: object,
      contentType: 'application/apply-patch+yaml',
    };
  if (at < 96) {
    const { path: place, ...rest } = randomEdit(
      choices,
      kind.fields.filter((field) => field.path.every((step) => typeof step === 'string')),
    );
    const body = edited({}, [{ path: place, value: Object.hasOwn(rest, 'value') ? rest.value : null }]);
    const type = choices.pick(['application/merge-patch+json', 'application/strategic-merge-patch+json']);
    return { method: 'PATCH', path: path + query(), body, contentType: type };
  }
  return { method: 'DELETE', path: path + (kind.dryOnly ? '?dryRun=All' : '') };
}

function edits(choices: Choices, kind: Kind): Edit[] {
  const fields = [
    ...kind.fields,
    ...kind.fields,
    ...kind.fields.slice(0, 4),
    ...choices.pick([[], metadataFields.slice(0, 5)]),
  ];
  return Array.from({ length: choices.pick([0, 1, 1, 2, 3]) }, () => randomEdit(choices, fields));
}
