/** What may stand in a field of a Service: good, nearly good and hostile values, by path. */
import { raw } from './encode.ts';
import type { Choices } from './random.ts';
import type { Cluster, Edit, Lane } from './scenario.ts';

export interface Field {
  readonly path: readonly (string | number)[];
  readonly values: readonly unknown[];
}

const long = (length: number): string => 'a'.repeat(length);

/** Of the wrong type somewhere, or numbers that fit nowhere. */
export const hostile: readonly unknown[] = [
  null,
  true,
  5,
  -1,
  '',
  'x',
  [],
  {},
  [null],
  [1],
  { a: 1 },
  JSON.parse('{"__proto__":"x"}'),
  JSON.parse('{"constructor":{"prototype":{}}}'),
  raw('1.5'),
  raw('80.0'),
  raw('1e3'),
  raw('-0'),
  raw('3000000000'),
  raw('99999999999999999999'),
  '\u0000',
  '\ud83d\ude00',
  'ünï',
  ' a ',
];

export const names = ['web', 'web', 'web', 'web', 'api', 'api', 'db'] as const;
export const oddNames = [
  'Web',
  'web.v1',
  'web-',
  '1web',
  '-web',
  long(63),
  long(64),
  'a_b',
  'ünï',
  'toString',
  'constructor',
  'web%',
  '..',
  '',
];

const labelMaps: readonly unknown[] = [
  { a: 'b' },
  { 'a/b/c': 'x' },
  { k: '-x' },
  { k: long(64) },
  { '': 'x' },
  { '/x': 'y' },
  { 'x/': 'y' },
  { 'Exa_mple/x': 'y' },
  { [long(64)]: 'y' },
  { [`${long(254)}/x`]: 'y' },
  { 'example.com/x': '' },
  JSON.parse('{"__proto__":"x"}'),
  JSON.parse('{"constructor":"x"}'),
  JSON.parse('{"toString":"1"}'),
  { k: 1 },
  { k: null },
  { k: 'a b' },
  { k: 'ü' },
];

export const metadataFields: readonly Field[] = [
  { path: ['metadata', 'labels'], values: labelMaps },
  {
    path: ['metadata', 'annotations'],
    values: [
      { 'foo bar': 'x' },
      { 'Foo.com/Bar': 'x' },
      { a: '\u0000<&>' },
      JSON.parse('{"__proto__":"x"}'),
      { k: raw('1e3') },
      { a: long(300_000) },
      { 'service.kubernetes.io/topology-mode': 'Auto', 'service.kubernetes.io/topology-aware-hints': 'auto' },
      { 'service.kubernetes.io/topology-aware-hints': 'auto' },
      { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8, 1.2.3.4/32' },
      { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.1/8' },
      { 'service.beta.kubernetes.io/load-balancer-source-ranges': 'foo,' },
      { 'service.beta.kubernetes.io/load-balancer-source-ranges': '  ' },
      { 'service.beta.kubernetes.io/load-balancer-source-ranges': '' },
      { 'service.alpha.kubernetes.io/tolerate-unready-endpoints': 'true' },
    ],
  },
  {
    path: ['metadata', 'ownerReferences'],
    values: [
      [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }],
      [{ apiVersion: 'v1', kind: 'Pod', name: 'p' }],
      [{ apiVersion: '', kind: '', name: '', uid: '' }],
      [{ apiVersion: 'a/b/c', kind: 'K', name: 'n', uid: 'u' }],
      [{ apiVersion: 'v1', kind: 'Event', name: 'n', uid: 'u' }],
      [
        { apiVersion: 'v1', kind: 'A', name: 'x', uid: 'u', controller: true },
        { apiVersion: 'v1', kind: 'B', name: 'y', uid: 'v', controller: true },
      ],
      [
        { apiVersion: 'v1', kind: 'A', name: 'x', uid: 'u' },
        { apiVersion: 'v1', kind: 'A', name: 'x', uid: 'u' },
      ],
    ],
  },
  {
    path: ['metadata', 'finalizers'],
    values: [
      ['example.com/hold'],
      ['hold'],
      ['orphan'],
      ['orphan', 'foregroundDeletion'],
      ['kubernetes'],
      ['a b/c'],
      [''],
      ['example.com/hold', 'example.com/hold'],
      [long(300)],
      null,
    ],
  },
  {
    path: ['metadata', 'managedFields'],
    values: [
      [],
      [{}],
      [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} } }],
      [{ manager: 'x', operation: 'Foo', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }],
      [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV2', fieldsV1: {} }],
    ],
  },
  { path: ['metadata', 'generation'], values: [1, -1, 7] },
  { path: ['metadata', 'uid'], values: ['x', ''] },
  { path: ['metadata', 'resourceVersion'], values: ['1', 'abc', '', '0', '99999999'] },
  { path: ['metadata', 'creationTimestamp'], values: [null, '2020-01-01T00:00:00Z', 'yesterday', 5] },
  { path: ['metadata', 'deletionTimestamp'], values: ['2020-01-01T00:00:00Z', 'x'] },
  { path: ['metadata', 'deletionGracePeriodSeconds'], values: [0, 30] },
  { path: ['metadata', 'selfLink'], values: ['/x'] },
  { path: ['metadata', 'namespace'], values: ['{ns}', 'other', '', 'Ünï'] },
  { path: ['metadata', 'generateName'], values: ['gen-', 'Gen-', 'gen.', '', long(70), '1gen-', '-'] },
  { path: ['metadata', 'name'], values: oddNames },
];

const ports = (lane: Lane): readonly unknown[] => [
  [],
  null,
  [{ port: 80 }],
  [
    { name: 'a', port: 80 },
    { name: 'b', port: 443 },
  ],
  [
    { name: 'b', port: 443 },
    { name: 'a', port: 80 },
  ],
  [{ port: 80 }, { port: 81 }],
  [
    { name: 'a', port: 80 },
    { name: 'a', port: 81 },
  ],
  [
    { name: 'a', port: 80 },
    { name: 'b', port: 80 },
  ],
  [
    { name: 't', port: 53, protocol: 'TCP' },
    { name: 'u', port: 53, protocol: 'UDP' },
  ],
  [
    { name: 't', port: 53, protocol: 'TCP', nodePort: lane.ports[0] },
    { name: 'u', port: 53, protocol: 'UDP' },
  ],
  [
    { name: 't', port: 53, protocol: 'TCP' },
    { name: 'u', port: 53, protocol: 'UDP', nodePort: lane.ports[1] },
  ],
  [
    { name: 't', port: 53, nodePort: lane.ports[0] },
    { name: 'u', port: 53, protocol: 'UDP', nodePort: lane.ports[1] },
  ],
  [
    { name: 't', port: 53, nodePort: lane.ports[0] },
    { name: 'u', port: 53, protocol: 'UDP', nodePort: lane.ports[0] },
  ],
  [
    { name: 'a', port: 80, nodePort: lane.ports[0] },
    { name: 'b', port: 81, nodePort: lane.ports[0] },
  ],
  [
    { name: 'a', port: 80, nodePort: lane.ports[0] },
    { name: 'b', port: 81, protocol: 'UDP', nodePort: lane.ports[0] },
  ],
  [
    { name: 'a', port: 80, nodePort: lane.ports[1] },
    { name: 'b', port: 443, nodePort: lane.ports[0] },
  ],
  [
    { name: 's', port: 5060, protocol: 'SCTP' },
    { name: 't', port: 5060 },
  ],
  [{ port: 80, nodePort: lane.ports[0] }],
  [{ port: 80, nodePort: lane.ports[2] }],
  [{ port: 80, nodePort: 32_768 }],
  [{ port: 80, nodePort: 80 }],
  [{ port: 80, nodePort: -1 }],
  [{ port: 80, nodePort: 65_536 }],
  [null],
  ['x'],
  [{}],
];

const portFields = (lane: Lane): readonly Field[] => [
  {
    path: ['spec', 'ports', 0, 'name'],
    values: ['http', 'HTTP', 'a.b', '', long(63), long(64), '-a', '80', 'toString'],
  },
  {
    path: ['spec', 'ports', 0, 'port'],
    values: [80, 0, -1, 65_535, 65_536, raw('80.0'), raw('8e1'), '80', null, raw('1.5')],
  },
  { path: ['spec', 'ports', 0, 'protocol'], values: ['TCP', 'UDP', 'SCTP', 'tcp', 'HTTP', '', null, 5] },
  {
    path: ['spec', 'ports', 0, 'targetPort'],
    values: [
      8080,
      0,
      -1,
      65_536,
      '',
      'http',
      '0a',
      'HTTP',
      '8080',
      'a--b',
      '-a',
      'a_b',
      long(16),
      'ü',
      null,
      true,
      raw('1.5'),
      raw('80.0'),
      raw('3000000000'),
    ],
  },
  {
    path: ['spec', 'ports', 0, 'nodePort'],
    values: [0, ...lane.ports, 32_767, 32_768, 19_999, 1, -5, null, '20000', raw('3000000000')],
  },
  {
    path: ['spec', 'ports', 0, 'appProtocol'],
    values: ['http', 'kubernetes.io/h2c', '', 'a/b/c', 'ü', '/x', 'x/', 'example.com/', long(64), null, 5],
  },
  { path: ['spec', 'ports', 0, 'foo'], values: [1] },
];

export function ipValues(lane: Lane): readonly unknown[] {
  return [
    '',
    'None',
    'None',
    'none',
    ...lane.ipv4,
    ...lane.ipv6,
    '10.64.0.0',
    '10.127.255.255',
    '10.64.0.1',
    'fd00:10:96::',
    'fd00:10:96::1',
    'fd00:10:97::1',
    '10.200.0.1',
    '192.168.0.1',
    '010.112.000.001',
    '::ffff:10.112.0.5',
    'FD00:10:96::AB:1',
    'fd00:0010:96::00AB:2',
    'fe80::1%eth0',
    'foo',
    '1.2.3',
    '1.2.3.4.5',
    '10.112.0.5/24',
    ' 10.112.0.6',
    '::',
    '0.0.0.0',
    '127.0.0.1',
    null,
    5,
    [],
  ];
}

function ipLists(lane: Lane): readonly unknown[] {
  const [a4, b4] = lane.ipv4;
  const [a6, b6] = lane.ipv6;
  return [
    [],
    null,
    [a4],
    [a6],
    [a4, a6],
    [a6, a4],
    [b4, b6],
    ['', b6],
    [a4, ''],
    [a4, b4],
    [a6, b6],
    ['None'],
    ['None', a4],
    [a4, 'None'],
    ['None', 'None'],
    [a4, a6, b4],
    [''],
    ['', ''],
    ['foo'],
    ['foo', 'bar'],
    ['10.112.000.1'],
    ['FD00:10:96::AB:3'],
    [5],
    'x',
  ];
}

export function specFields(lane: Lane): readonly Field[] {
  return [
    {
      path: ['spec', 'type'],
      values: [
        'ClusterIP',
        'NodePort',
        'LoadBalancer',
        'ExternalName',
        'ClusterIP',
        'NodePort',
        'LoadBalancer',
        'ExternalName',
        '',
        'clusterIP',
        'Foo',
        null,
        5,
      ],
    },
    { path: ['spec', 'ports'], values: ports(lane) },
    { path: ['spec', 'ports'], values: ports(lane) },
    ...portFields(lane),
    { path: ['spec', 'clusterIP'], values: ipValues(lane) },
    { path: ['spec', 'clusterIPs'], values: ipLists(lane) },
    {
      path: ['spec', 'ipFamilies'],
      values: [
        ['IPv4'],
        ['IPv6'],
        ['IPv4', 'IPv6'],
        ['IPv6', 'IPv4'],
        ['IPv4', 'IPv4'],
        ['ipv4'],
        ['IPv4', 'Foo'],
        ['IPv4', 'IPv6', 'IPv4'],
        [''],
        [],
        null,
        'IPv4',
        [5],
      ],
    },
    {
      path: ['spec', 'ipFamilyPolicy'],
      values: [
        'SingleStack',
        'PreferDualStack',
        'RequireDualStack',
        'SingleStack',
        'PreferDualStack',
        'RequireDualStack',
        '',
        'Foo',
        null,
        5,
      ],
    },
    { path: ['spec', 'sessionAffinity'], values: ['None', 'ClientIP', 'clientip', '', null, 'Foo', 5] },
    {
      path: ['spec', 'sessionAffinityConfig'],
      values: [
        { clientIP: { timeoutSeconds: 10 } },
        { clientIP: { timeoutSeconds: 0 } },
        { clientIP: { timeoutSeconds: 86_400 } },
        { clientIP: { timeoutSeconds: 86_401 } },
        { clientIP: { timeoutSeconds: -1 } },
        { clientIP: {} },
        { clientIP: null },
        {},
        null,
        { clientIP: { timeoutSeconds: '5' } },
        { foo: 1 },
      ],
    },
    {
      path: ['spec', 'externalIPs'],
      values: [
        ['203.0.113.7'],
        ['2001:db8::7'],
        ['2001:DB8::7', '203.0.113.8'],
        ['203.0.113.07'],
        ['127.0.0.1'],
        ['::1'],
        ['0.0.0.0'],
        ['::'],
        ['169.254.1.1'],
        ['fe80::1'],
        ['224.0.0.1'],
        ['ff02::1'],
        ['239.1.1.1'],
        ['::ffff:1.2.3.4'],
        ['foo'],
        [''],
        ['203.0.113.7', '203.0.113.7'],
        [],
        null,
        'x',
      ],
    },
    {
      path: ['spec', 'externalName'],
      values: [
        'foo.example.com',
        'foo.example.com.',
        '1.2.3.4',
        'Foo.com',
        'a_b',
        '',
        '.',
        '..',
        `${long(64)}.com`,
        long(254),
        'ünï.com',
        '::1',
        null,
        5,
      ],
    },
    { path: ['spec', 'loadBalancerIP'], values: ['1.2.3.4', 'foo', '01.2.3.4', '2001:DB8::1', '', null, 5] },
    {
      path: ['spec', 'loadBalancerSourceRanges'],
      values: [
        ['10.0.0.0/8'],
        [' 10.0.0.0/8 '],
        ['10.0.0.1/8'],
        ['010.0.0.0/8'],
        ['10.0.0.0/08'],
        ['2001:db8::/32'],
        ['2001:DB8::/32'],
        ['::ffff:10.0.0.0/104'],
        ['10.0.0.0/33'],
        ['10.0.0.0'],
        ['foo', 'bar'],
        [''],
        [],
        null,
        ['10.0.0.0/8', '10.0.0.0/8'],
      ],
    },
    { path: ['spec', 'loadBalancerClass'], values: ['example.com/lb', 'internal', 'a b', '', 'a/b/c', null, 5] },
    { path: ['spec', 'allocateLoadBalancerNodePorts'], values: [true, false, false, null, 'false'] },
    { path: ['spec', 'externalTrafficPolicy'], values: ['Cluster', 'Local', 'Local', 'local', '', null, 5] },
    { path: ['spec', 'internalTrafficPolicy'], values: ['Cluster', 'Local', 'local', '', null, 5] },
    { path: ['spec', 'healthCheckNodePort'], values: [0, ...lane.ports, 80, 32_768, -1, 65_536, null, '1'] },
    { path: ['spec', 'publishNotReadyAddresses'], values: [true, false, null, 'true'] },
    {
      path: ['spec', 'trafficDistribution'],
      values: ['PreferClose', 'PreferSameZone', 'PreferSameNode', 'Foo', '', null, 5],
    },
    {
      path: ['spec', 'selector'],
      values: [...labelMaps, {}, null, { app: 'b' }, []],
    },
    { path: ['spec', 'foo'], values: [1] },
    { path: ['spec', 'topologyKeys'], values: [['*']] },
    { path: ['spec', 'ipFamily'], values: ['IPv4'] },
  ];
}

export const statusFields: readonly Field[] = [
  {
    path: ['status', 'loadBalancer', 'ingress'],
    values: [
      [],
      null,
      [{ ip: '203.0.113.9' }],
      [{ ip: '203.0.113.9', ipMode: 'VIP' }],
      [{ ip: '203.0.113.9', ipMode: 'Proxy' }],
      [{ ip: '203.0.113.9', ipMode: 'vip' }],
      [{ hostname: 'lb.example.com' }],
      [{ hostname: '1.2.3.4' }],
      [{ hostname: 'Foo' }],
      [{ hostname: 'x', ipMode: 'VIP' }],
      [{ ip: 'foo' }],
      [{ ip: '203.0.113.09' }],
      [{ ip: '2001:DB8::1' }],
      [{ ip: '::ffff:1.2.3.4' }],
      [{ ip: '' }],
      [{}],
      [{ ip: '203.0.113.9', ports: [{ port: 80, protocol: 'TCP' }] }],
      [{ ip: '203.0.113.9', ports: [{ port: 0, protocol: 'X', error: 'a b' }] }],
      [{ ip: '203.0.113.9', foo: 1 }],
      'x',
    ],
  },
  {
    path: ['status', 'conditions'],
    values: [
      [{ type: 'Ready', status: 'True', reason: 'R', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' }],
      [{ type: 'Ready', status: 'Foo', reason: '', message: '', lastTransitionTime: null }],
      [
        { type: 'A', status: 'True' },
        { type: 'A', status: 'False' },
      ],
      [],
      null,
    ],
  },
];

/** A field and one of its values; now and then a hostile one, or none. */
export function randomEdit(choices: Choices, fields: readonly Field[]): Edit {
  const { path, values } = choices.pick(fields);
  if (choices.chance(0.06)) return { path };
  return { path, value: choices.chance(0.06) ? choices.pick(hostile) : choices.pick(values) };
}

/** A Service that should be accepted on this cluster, of a random shape. */
export function goodSpec(choices: Choices, cluster: Cluster, lane: Lane): Record<string, unknown> {
  const dual = cluster === 'dual' || cluster === 'dual6';
  const type = choices.pick([
    'ClusterIP',
    'ClusterIP',
    'NodePort',
    'NodePort',
    'LoadBalancer',
    'LoadBalancer',
    'ExternalName',
    'None',
  ]);
  if (type === 'ExternalName')
    return { type, externalName: 'foo.example.com', ...(choices.chance(0.5) ? { ports: [{ port: 80 }] } : {}) };
  const spec: Record<string, unknown> = { ports: choices.pick(goodPorts) };
  if (choices.chance(0.8)) spec['selector'] = { app: 'a' };
  if (type === 'None')
    return {
      ...spec,
      clusterIP: 'None',
      ...(dual && choices.chance(0.5) ? { ipFamilyPolicy: 'PreferDualStack' } : {}),
    };
  if (type !== 'ClusterIP' || choices.chance(0.3)) spec['type'] = type;
  if (choices.chance(0.2))
    spec['clusterIP'] = choices.pick(cluster === 'ipv6' || cluster === 'dual6' ? lane.ipv6 : lane.ipv4);
  if (choices.chance(dual ? 0.6 : 0.1))
    spec['ipFamilyPolicy'] = choices.pick(['SingleStack', 'PreferDualStack', 'RequireDualStack']);
  if (type !== 'ClusterIP' && choices.chance(0.4)) spec['externalTrafficPolicy'] = 'Local';
  if (type === 'LoadBalancer' && choices.chance(0.3)) spec['allocateLoadBalancerNodePorts'] = false;
  if (type === 'LoadBalancer' && choices.chance(0.3)) spec['loadBalancerClass'] = 'example.com/lb';
  if (choices.chance(0.1)) spec['sessionAffinity'] = 'ClientIP';
  return spec;
}

const goodPorts: readonly unknown[] = [
  [{ port: 80 }],
  [{ port: 80, targetPort: 'http' }],
  [
    { name: 'a', port: 80 },
    { name: 'b', port: 443, targetPort: 8443 },
  ],
  [
    { name: 't', port: 53 },
    { name: 'u', port: 53, protocol: 'UDP' },
  ],
];
