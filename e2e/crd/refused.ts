/** Definitions with one fault each, by what the fault is. */
import { definition, object, spec, type Json } from './definitions.ts';

const ok = spec({ type: 'object' });
const string = { type: 'string' };
const version = (name: string, more: Json = {}): Json => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: { openAPIV3Schema: ok },
  ...more,
});
const inSpec = (schema: unknown): Json => definition(spec(schema));
const list = (more: Json): Json => inSpec(object({ l: { type: 'array', items: string, ...more } }));
const keyed = (keys: readonly string[], items: Json, more: Json = {}): Json =>
  list({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys, items, ...more });

export const refused: Readonly<Record<string, Json>> = {
  'name that is not plural.group': definition(ok, { metadata: { name: 'other.example.com' } }),
  'group without dot': definition(ok, { group: 'example' }),
  'group with capitals': definition(ok, { group: 'Example.com' }),
  'protected group': definition(ok, { group: 'x.k8s.io' }),
  'no scope': definition(ok, { spec: { scope: '' } }),
  'unknown scope': definition(ok, { scope: 'World' }),
  'no kind': definition(ok, { names: { kind: '' } }),
  'no plural': definition(ok, { names: { plural: '' } }),
  'kind with underscore': definition(ok, { names: { kind: 'A_b' } }),
  'plural with capitals': definition(ok, { names: { plural: 'Things' }, metadata: { name: 'Things.example.com' } }),
  'bad short name': definition(ok, { names: { shortNames: ['A'] } }),
  'bad category': definition(ok, { names: { categories: ['A b'] } }),
  'bad singular': definition(ok, { names: { singular: 'A' } }),
  'listKind equal to kind': definition(ok, { names: { listKind: 'Thing' } }),
  'no schema': definition(undefined, { version: { schema: undefined } }),
  'bad version name': definition(ok, { version: { name: 'V1' } }),
  'two storage versions': definition(ok, { versions: [version('v1'), version('v2', { storage: true })] }),
  'no storage version': definition(ok, { versions: [version('v2')] }),
  preserveUnknownFields: definition(ok, { spec: { preserveUnknownFields: true } }),
  'deprecationWarning without deprecated': definition(ok, { version: { deprecationWarning: 'x' } }),
  'empty deprecationWarning': definition(ok, { version: { deprecated: true, deprecationWarning: '' } }),
  'webhook without config': definition(ok, { spec: { conversion: { strategy: 'Webhook' } } }),
  'unknown conversion': definition(ok, { spec: { conversion: { strategy: 'Magic' } } }),
  'conversion None with webhook': definition(ok, {
    spec: { conversion: { strategy: 'None', webhook: { conversionReviewVersions: ['v1'] } } },
  }),
  'webhook of unknown review versions': definition(ok, {
    spec: {
      conversion: {
        strategy: 'Webhook',
        webhook: { clientConfig: { url: 'https://example.com/x' }, conversionReviewVersions: ['v9'] },
      },
    },
  }),
  'webhook over http': definition(ok, {
    spec: {
      conversion: {
        strategy: 'Webhook',
        webhook: { clientConfig: { url: 'http://example.com/x' }, conversionReviewVersions: ['v1'] },
      },
    },
  }),
  'webhook with url and service': definition(ok, {
    spec: {
      conversion: {
        strategy: 'Webhook',
        webhook: {
          clientConfig: { url: 'https://example.com/x', service: { name: 'a', namespace: 'b' } },
          conversionReviewVersions: ['v1'],
        },
      },
    },
  }),
  'column without name': definition(ok, {
    version: { additionalPrinterColumns: [{ name: '', type: 'string', jsonPath: '.a' }] },
  }),
  'column of unknown type': definition(ok, {
    version: { additionalPrinterColumns: [{ name: 'A', type: 'x', jsonPath: '.a' }] },
  }),
  'column of unknown format': definition(ok, {
    version: { additionalPrinterColumns: [{ name: 'A', type: 'string', format: 'x', jsonPath: '.a' }] },
  }),
  'column without path': definition(ok, {
    version: { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '' }] },
  }),
  'column path without dot': definition(ok, {
    version: { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: 'a' }] },
  }),
  'scale outside spec': definition(ok, {
    version: { subresources: { scale: { specReplicasPath: '.x.y', statusReplicasPath: '.status.y' } } },
  }),
  'scale outside status': definition(ok, {
    version: { subresources: { scale: { specReplicasPath: '.spec.y', statusReplicasPath: '.x.y' } } },
  }),
  'scale without paths': definition(ok, {
    version: { subresources: { scale: { specReplicasPath: '', statusReplicasPath: '' } } },
  }),
  'scale selector outside': definition(ok, {
    version: {
      subresources: {
        scale: { specReplicasPath: '.spec.y', statusReplicasPath: '.status.y', labelSelectorPath: '.x' },
      },
    },
  }),
  'selectable field that is not there': definition(ok, { version: { selectableFields: [{ jsonPath: '.spec.x' }] } }),
  'selectable field of type object': definition(ok, { version: { selectableFields: [{ jsonPath: '.spec' }] } }),
  'selectable field in metadata': definition(object({ metadata: { type: 'object', properties: { name: string } } }), {
    version: { selectableFields: [{ jsonPath: '.metadata.name' }] },
  }),
  'selectable field twice': definition(spec(object({ a: string })), {
    version: { selectableFields: [{ jsonPath: '.spec.a' }, { jsonPath: '.spec.a' }] },
  }),
  'selectable field without path': definition(ok, { version: { selectableFields: [{ jsonPath: '' }] } }),
  'root without type': definition({ properties: {} }),
  'root of type string': definition(string),
  'root nullable': definition({ ...ok, nullable: true }),
  'root with additionalProperties': definition({ type: 'object', additionalProperties: string }),
  'metadata with labels': definition(
    object({ metadata: { type: 'object', properties: { labels: { type: 'object' } } } }),
  ),
  'metadata of type string': definition(object({ metadata: string })),
  'kind of type integer': definition(object({ kind: { type: 'integer' } })),
  'enum at root beside status': definition({ ...ok, enum: [{}] }, { version: { subresources: { status: {} } } }),
  'default in metadata': definition(object({ metadata: { type: 'object', default: { name: 'x' } } })),
  'property without type': inSpec({ properties: { a: string } }),
  'item without type': list({ items: {} }),
  'array without items': inSpec({ type: 'array' }),
  'items as list': list({ items: [string] }),
  'unknown type': inSpec({ type: 'text' }),
  'type null': inSpec({ type: 'null' }),
  $ref: inSpec({ type: 'object', $ref: '#/definitions/x' }),
  definitions: inSpec({ type: 'object', definitions: { x: string } }),
  dependencies: inSpec({ type: 'object', dependencies: { x: ['y'] } }),
  patternProperties: inSpec({ type: 'object', patternProperties: { x: string } }),
  additionalItems: list({ additionalItems: true }),
  id: inSpec({ type: 'object', id: 'x' }),
  uniqueItems: list({ uniqueItems: true }),
  'properties and additionalProperties': inSpec({ ...object({ a: string }), additionalProperties: string }),
  'bad pattern': inSpec({ type: 'string', pattern: '(' }),
  'look-ahead pattern': inSpec({ type: 'string', pattern: '(?=a)' }),
  'preserve false': inSpec({ type: 'object', 'x-kubernetes-preserve-unknown-fields': false }),
  'int-or-string that preserves': inSpec({
    'x-kubernetes-int-or-string': true,
    'x-kubernetes-preserve-unknown-fields': true,
  }),
  'int-or-string that is embedded': inSpec({
    'x-kubernetes-int-or-string': true,
    'x-kubernetes-embedded-resource': true,
    type: 'object',
  }),
  'embedded without type': inSpec({
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
  }),
  'embedded without properties': inSpec({ 'x-kubernetes-embedded-resource': true, type: 'object' }),
  'embedded with additionalProperties': inSpec({
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    type: 'object',
    additionalProperties: string,
  }),
  'type in anyOf': inSpec({ type: 'object', anyOf: [{ type: 'object' }] }),
  'description in oneOf': inSpec({ ...object({ a: string }), oneOf: [{ description: 'x' }] }),
  'default in allOf': inSpec({ ...object({ a: string }), allOf: [{ properties: { a: { default: 'x' } } }] }),
  'additionalProperties in not': inSpec({ type: 'object', not: { additionalProperties: string } }),
  'nullable in anyOf': inSpec({ type: 'string', anyOf: [{ nullable: true }] }),
  'undeclared property in root anyOf': definition({
    ...object({ a: string }),
    anyOf: [{ properties: { b: { minLength: 1 } } }],
  }),
  'list-type on a string': inSpec({ type: 'string', 'x-kubernetes-list-type': 'set' }),
  'unknown list-type': list({ 'x-kubernetes-list-type': 'bag' }),
  'map-type on a string': inSpec({ type: 'string', 'x-kubernetes-map-type': 'atomic' }),
  'unknown map-type': inSpec({ type: 'object', 'x-kubernetes-map-type': 'loose' }),
  'keys without list-type': list({ 'x-kubernetes-list-map-keys': ['a'] }),
  'keys on a set': list({ 'x-kubernetes-list-type': 'set', 'x-kubernetes-list-map-keys': ['a'] }),
  'map list without keys': list({ 'x-kubernetes-list-type': 'map', items: object({ a: string }) }),
  'map list of strings': keyed(['a'], string),
  'map list key that is not there': keyed(['b'], object({ a: string }, { required: ['a'] })),
  'map list key neither required nor defaulted': keyed(['a'], object({ a: string })),
  'map list key that is an object': keyed(['a'], object({ a: { type: 'object' } }, { required: ['a'] })),
  'map list key twice': keyed(['a', 'a'], object({ a: string }, { required: ['a'] })),
  'map list key nullable': keyed(['a'], object({ a: { ...string, nullable: true } }, { required: ['a'] })),
  'map list of nullable items': keyed(['a'], object({ a: string }, { required: ['a'], nullable: true })),
  'set of granular objects': list({ 'x-kubernetes-list-type': 'set', items: object({ a: string }) }),
  'set of sets': list({
    'x-kubernetes-list-type': 'set',
    items: { type: 'array', items: string, 'x-kubernetes-list-type': 'set' },
  }),
  'default of wrong type': inSpec(object({ a: { type: 'string', default: 1 } })),
  'default out of range': inSpec(object({ a: { type: 'integer', maximum: 1, default: 2 } })),
  'default with unknown field': inSpec(object({ a: { ...object({ b: string }), default: { c: 1 } } })),
  'default null': inSpec(object({ a: { type: 'string', default: null } })),
  'rule without text': inSpec({ type: 'object', 'x-kubernetes-validations': [{ rule: ' ' }] }),
  'rule with an unknown reason': inSpec({
    type: 'object',
    'x-kubernetes-validations': [{ rule: 'true', reason: 'Because' }],
  }),
  'rule with a blank message': inSpec({ type: 'object', 'x-kubernetes-validations': [{ rule: 'true', message: ' ' }] }),
  'rule on two lines without message': inSpec({
    type: 'object',
    'x-kubernetes-validations': [{ rule: 'true\n&& true' }],
  }),
  'rule with message on two lines': inSpec({
    type: 'object',
    'x-kubernetes-validations': [{ rule: 'true', message: 'a\nb' }],
  }),
  'rule with a fieldPath to nowhere': inSpec({
    type: 'object',
    'x-kubernetes-validations': [{ rule: 'true', fieldPath: '.x' }],
  }),
  'unknown field': { ...definition(ok), surprise: 1 },
  'schema of type list': definition([]),
};
