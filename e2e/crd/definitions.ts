/** Definitions for the script: sound ones that are served, and unsound ones, each with one fault. */

export interface Json {
  readonly [key: string]: unknown;
}

export const group = 'example.com';
export const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface Options {
  readonly group?: string;
  readonly kind?: string;
  readonly plural?: string;
  readonly scope?: string;
  readonly names?: Json;
  readonly version?: Json;
  readonly versions?: readonly unknown[];
  readonly spec?: Json;
  readonly metadata?: Json;
}

/** A definition with one version, `v1`, of the schema given. */
export function definition(schema: unknown, options: Options = {}): Json {
  const { kind = 'Thing', scope = 'Namespaced' } = options;
  const plural = options.plural ?? `${kind.toLowerCase()}s`;
  const own = options.group ?? group;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${own}`, ...options.metadata },
    spec: {
      group: own,
      scope,
      names: { plural, kind, ...options.names },
      versions: options.versions ?? [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...options.version },
      ],
      ...options.spec,
    },
  };
}

export const object = (properties: Json, more: Json = {}): Json => ({ type: 'object', properties, ...more });
/** An object whose only property is `spec`, of the schema given. */
export const spec = (schema: unknown): Json => object({ spec: schema });

const string = { type: 'string' };
const integer = { type: 'integer' };

/** What a small operator has: status, scale, columns, defaults, keyed lists. */
export const widgets = definition(
  object(
    {
      spec: object(
        {
          size: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
          color: { type: 'string', enum: ['red', 'green', 'blue'] },
          label: { type: 'string', minLength: 2, maxLength: 8, pattern: '^[a-z]+$' },
          replicas: { type: 'integer', format: 'int32' },
          selector: string,
          port: { 'x-kubernetes-int-or-string': true },
          tags: { type: 'array', items: string, 'x-kubernetes-list-type': 'set' },
          ports: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name', 'protocol'],
            items: object(
              { name: string, port: integer, protocol: { type: 'string', default: 'TCP' } },
              { required: ['name', 'port'] },
            ),
          },
          steps: { type: 'array', items: object({ run: string, retries: { type: 'integer', default: 1 } }) },
          options: { type: 'object', additionalProperties: string },
          limits: { type: 'object', additionalProperties: string, 'x-kubernetes-map-type': 'atomic' },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          nothing: { type: 'string', nullable: true },
          nested: object({ deep: object({ flag: { type: 'boolean', default: true } }, { default: {} }) }),
        },
        { required: ['color'] },
      ),
      status: object({
        phase: string,
        ready: { type: 'boolean' },
        replicas: integer,
        selector: string,
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
          items: object({ type: string, status: string }, { required: ['type', 'status'] }),
        },
      }),
    },
    { required: ['spec'] },
  ),
  {
    kind: 'Widget',
    names: { singular: 'widget', shortNames: ['wd'], categories: ['all', 'toys'] },
    version: {
      subresources: {
        status: {},
        scale: {
          specReplicasPath: '.spec.replicas',
          statusReplicasPath: '.status.replicas',
          labelSelectorPath: '.status.selector',
        },
      },
      additionalPrinterColumns: [
        { name: 'Color', type: 'string', jsonPath: '.spec.color' },
        { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'How large it is', priority: 1 },
        { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        { name: 'Flag', type: 'boolean', jsonPath: '.status.ready' },
        { name: 'Tags', type: 'string', jsonPath: '.spec.tags' },
        { name: 'Options', type: 'string', jsonPath: '.spec.options' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ],
      selectableFields: [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.size' }],
    },
  },
);

/** Two versions, the newer stored; no status of its own. */
export const gadgets = definition(undefined, {
  kind: 'Gadget',
  scope: 'Cluster',
  versions: [
    {
      name: 'v1',
      served: true,
      storage: true,
      schema: { openAPIV3Schema: object({ spec: object({ a: string, b: { type: 'string', default: 'new' } }) }) },
    },
    {
      name: 'v1beta1',
      served: true,
      storage: false,
      deprecated: true,
      deprecationWarning: 'example.com/v1beta1 Gadget goes away',
      schema: { openAPIV3Schema: object({ spec: object({ a: string }) }) },
    },
    {
      name: 'v1alpha1',
      served: true,
      storage: false,
      deprecated: true,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    },
  ],
});

const scalar = (more: Json): Json => ({ type: 'string', ...more });
const numeric = (more: Json): Json => ({ type: 'integer', ...more });

/** One property a rule; each is tried with values on both sides. */
export const samples: Readonly<Record<string, Json>> = {
  string: string,
  integer: integer,
  int32: numeric({ format: 'int32' }),
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  list: { type: 'array', items: integer },
  map: { type: 'object', additionalProperties: integer },
  struct: object({ a: string, b: integer }, { required: ['a'] }),
  enums: scalar({ enum: ['a', 'b'] }),
  numbers: numeric({ enum: [1, 2] }),
  least: numeric({ minimum: 3 }),
  over: numeric({ minimum: 3, exclusiveMinimum: true }),
  most: numeric({ maximum: 3 }),
  under: numeric({ maximum: 3, exclusiveMaximum: true }),
  fraction: { type: 'number', minimum: 0.5, maximum: 1.5 },
  multiple: numeric({ multipleOf: 3 }),
  short: scalar({ maxLength: 3 }),
  long: scalar({ minLength: 3 }),
  pattern: scalar({ pattern: '^[a-z]+[0-9]?$' }),
  few: { type: 'array', items: string, maxItems: 2 },
  many: { type: 'array', items: string, minItems: 2 },
  narrow: { type: 'object', additionalProperties: string, maxProperties: 1 },
  wide: { type: 'object', additionalProperties: string, minProperties: 2 },
  port: { 'x-kubernetes-int-or-string': true },
  portWithType: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
  nullable: scalar({ nullable: true }),
  either: { ...object({ a: string, b: string }), oneOf: [{ required: ['a'] }, { required: ['b'] }] },
  any: { ...object({ a: string, b: string }), anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  every: numeric({ allOf: [{ minimum: 2 }, { maximum: 4 }] }),
  not: scalar({ not: { enum: ['x'] } }),
  set: { type: 'array', items: string, 'x-kubernetes-list-type': 'set' },
  keyed: {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['k'],
    items: object({ k: string, v: integer }, { required: ['k'] }),
  },
  embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  strict: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: object({ x: integer }) } },
  open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: integer } },
  ipv4: scalar({ format: 'ipv4' }),
  ipv6: scalar({ format: 'ipv6' }),
  cidr: scalar({ format: 'cidr' }),
  date: scalar({ format: 'date' }),
  time: scalar({ format: 'date-time' }),
  email: scalar({ format: 'email' }),
  hostname: scalar({ format: 'hostname' }),
  uri: scalar({ format: 'uri' }),
  uuid: scalar({ format: 'uuid' }),
  mac: scalar({ format: 'mac' }),
  byte: scalar({ format: 'byte' }),
  duration: scalar({ format: 'duration' }),
  defaulted: object({ a: { type: 'string', default: 'x' }, n: { type: 'string', nullable: true, default: 'y' } }),
};

export const probes = definition(spec(object(samples)), { kind: 'Probe' });

/** Property, value: what is sent to a Probe. */
export const values: readonly (readonly [string, unknown])[] = [
  ['string', 'x'],
  ['string', 1],
  ['string', true],
  ['string', {}],
  ['string', []],
  ['string', null],
  ['integer', 1],
  ['integer', 1.5],
  ['integer', 'x'],
  ['integer', true],
  ['integer', [1]],
  ['integer', {}],
  ['int32', 2147483647],
  ['int32', 2147483648],
  ['int32', -2147483649],
  ['int32', 'x'],
  ['int32', true],
  ['number', 1],
  ['number', 1.5],
  ['number', 'x'],
  ['number', 1e21],
  ['boolean', true],
  ['boolean', 'true'],
  ['boolean', 0],
  ['list', [1, 2]],
  ['list', [1, 'x']],
  ['list', 'x'],
  ['list', {}],
  ['list', [null]],
  ['list', []],
  ['map', { a: 1 }],
  ['map', { a: 'x' }],
  ['map', []],
  ['map', { a: null }],
  ['map', { 'a/b.c': 'x' }],
  ['struct', { a: 'x' }],
  ['struct', {}],
  ['struct', { a: 1 }],
  ['struct', { a: 'x', c: 1 }],
  ['struct', 'x'],
  ['enums', 'a'],
  ['enums', 'c'],
  ['enums', ''],
  ['numbers', 2],
  ['numbers', 3],
  ['least', 3],
  ['least', 2],
  ['over', 4],
  ['over', 3],
  ['most', 3],
  ['most', 4],
  ['under', 2],
  ['under', 3],
  ['fraction', 1],
  ['fraction', 0.25],
  ['fraction', 2.5],
  ['fraction', 0],
  ['multiple', 6],
  ['multiple', 7],
  ['short', 'abc'],
  ['short', 'abcd'],
  ['short', 'äöü'],
  ['long', 'ab'],
  ['long', 'abc'],
  ['pattern', 'ab1'],
  ['pattern', 'AB'],
  ['pattern', ''],
  ['few', ['a', 'b']],
  ['few', ['a', 'b', 'c']],
  ['many', ['a']],
  ['many', ['a', 'b']],
  ['narrow', { a: 'x' }],
  ['narrow', { a: 'x', b: 'y' }],
  ['wide', { a: 'x' }],
  ['wide', { a: 'x', b: 'y' }],
  ['port', 1],
  ['port', 'http'],
  ['port', 1.5],
  ['port', true],
  ['portWithType', 80],
  ['portWithType', 'x'],
  ['portWithType', {}],
  ['nullable', null],
  ['nullable', 'x'],
  ['either', { a: 'x' }],
  ['either', { a: 'x', b: 'y' }],
  ['either', {}],
  ['any', {}],
  ['any', { b: 'x' }],
  ['every', 3],
  ['every', 1],
  ['every', 5],
  ['not', 'y'],
  ['not', 'x'],
  ['set', ['a', 'b']],
  ['set', ['a', 'b', 'a']],
  ['set', ['a', 'a', 'a']],
  ['keyed', [{ k: 'a' }, { k: 'b' }]],
  ['keyed', [{ k: 'a' }, { k: 'a', v: 1 }]],
  ['keyed', [{ v: 1 }]],
  ['keyed', ['x']],
  ['embedded', { apiVersion: 'v1', kind: 'X', metadata: { name: 'a' }, more: { x: 1 } }],
  ['embedded', { kind: 'X' }],
  ['embedded', { apiVersion: 'a/b/c', kind: 'X' }],
  ['embedded', { apiVersion: 'v1', kind: 'x_y' }],
  ['embedded', { apiVersion: 'v1', kind: 'X', metadata: { name: 'a/b' } }],
  ['embedded', { apiVersion: 'v1', kind: 'X', metadata: { labels: { a: '-' } } }],
  ['embedded', { apiVersion: 1, kind: 'X' }],
  ['embedded', { apiVersion: '', kind: 'X' }],
  ['embedded', { apiVersion: 'v1', kind: 'X', metadata: { name: 'a', unknown: 1 } }],
  ['strict', { apiVersion: 'v1', kind: 'X', metadata: { name: 'a' }, spec: { x: 1, y: 2 }, more: 1 }],
  ['open', { known: 1, other: { x: [1] } }],
  ['open', { known: 'x' }],
  ['ipv4', '10.0.0.1'],
  ['ipv4', '::1'],
  ['ipv4', 'x'],
  ['ipv6', '::1'],
  ['ipv6', '10.0.0.1'],
  ['ipv6', 'x'],
  ['cidr', '10.0.0.0/8'],
  ['cidr', '10.0.0.1/8'],
  ['cidr', '10.0.0.0'],
  ['date', '2026-01-02'],
  ['date', '2026-02-30'],
  ['time', '2026-01-02T03:04:05Z'],
  ['time', '2026-01-02T03:04:05.123+02:00'],
  ['time', '2026-01-02'],
  ['time', 'x'],
  ['email', 'a@example.com'],
  ['email', 'x'],
  ['hostname', 'a.example.com'],
  ['hostname', '-a'],
  ['hostname', 'a_b'],
  ['uri', 'https://example.com/a'],
  ['uri', 'x y'],
  ['uri', '/a'],
  ['uuid', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
  ['uuid', 'x'],
  ['mac', '00:00:5e:00:53:01'],
  ['mac', 'x'],
  ['byte', 'YQ=='],
  ['byte', '***'],
  ['duration', '1h30m'],
  ['duration', '5 seconds'],
  ['duration', 'x'],
  ['defaulted', {}],
  ['defaulted', { a: null, n: null }],
  ['defaulted', { a: 'z', n: 'w' }],
  ['unknown', 1],
];
