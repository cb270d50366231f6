/** CustomResourceDefinition: the rules of a write (CRD2), in upstream's order. */
import type { FieldError } from '../api/field-error.ts';
import { invalid, json, notSupported, required } from '../validation/errors.ts';
import { dns1035LabelProblems, dnsSubdomainProblems } from '../validation/formats/dns.ts';
import {
  validateCommonUpdate,
  validateGenericMeta,
  validateGenericMetaUpdate,
} from '../validation/metadata/object-meta.ts';
import { subdomainName } from '../validation/metadata/names.ts';
import { jsonEqual } from '../patch/json/json-equal.ts';
import { isPrintable } from '../validation/formats/quote.ts';
import { isTrue, type CustomResourceDefinition, type DefinitionSpec, type DefinitionVersion } from './definition.ts';
import { validateConversion } from './validate-conversion.ts';
import { validateColumn, validateScalePaths } from './validate-paths.ts';
import { schemasIn, type Schema } from './schema.ts';
import { validateRoot, type ExpressionCheck } from './validate-root.ts';
import { validateSelectable } from './validate-selectable.ts';
import { validateNames, validateStatus } from './validate-status.ts';
import { formatsOf } from './unknown-formats.ts';

export function validateDefinition(
  definition: CustomResourceDefinition,
  checkExpressions: ExpressionCheck,
): FieldError[] {
  const { metadata, spec } = definition;
  return [
    ...validateGenericMeta(metadata, false, (name, prefix) => {
      const problems = subdomainName(name, prefix);
      return name === `${spec.names.plural}.${spec.group}`
        ? problems
        : [...problems, 'must be spec.names.plural+"."+spec.group'];
    }),
    ...validateSpec(spec, checkExpressions, undefined),
    ...validateStatus(definition),
    ...validateApproval(definition, undefined),
    ...validatePreserve(definition, undefined),
  ];
}

export function validateDefinitionUpdate(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition,
  checkExpressions: ExpressionCheck,
): FieldError[] {
  const { spec } = next;
  const { spec: before } = previous;
  const fixed = (now: string, was: string, field: string): FieldError[] =>
    now === was ? [] : [invalid(field, now, 'field is immutable')];
  return [
    ...validateCommonUpdate(next.metadata, previous.metadata, false),
    ...validateGenericMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(spec, checkExpressions, before),
    ...(isTrue(previous, 'Established')
      ? [
          ...(spec.scope === before.scope ? [] : [invalid('spec.scope', json(spec.scope), 'field is immutable')]),
          ...fixed(spec.names.kind, before.names.kind, 'spec.names.kind'),
        ]
      : []),
    ...fixed(spec.group, before.group, 'spec.group'),
    ...fixed(spec.names.plural, before.names.plural, 'spec.names.plural'),
    ...validateStatus(next),
    ...validateApproval(next, previous),
    ...validatePreserve(next, previous),
  ];
}

export function validateDefinitionStatusUpdate(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition,
): FieldError[] {
  return [
    ...validateCommonUpdate(next.metadata, previous.metadata, false),
    ...validateGenericMetaUpdate(next.metadata, previous.metadata),
    ...validateNames(next.status?.acceptedNames ?? { plural: '', kind: '' }, 'status.acceptedNames'),
  ];
}

function validateSpec(
  spec: DefinitionSpec,
  checkExpressions: ExpressionCheck,
  before: DefinitionSpec | undefined,
): FieldError[] {
  const errors = [...validateGroup(spec.group), ...validateScope(spec.scope)];
  const versions = spec.versions ?? [];
  const shared = sharedParts(versions);
  for (const [index, version] of versions.entries()) {
    if (version.schema?.openAPIV3Schema === undefined) {
      errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`));
    }
  }
  if (spec.preserveUnknownFields === true && versions.some(hasDefaults)) {
    errors.push(invalid('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema'));
  }
  for (const [index, version] of versions.entries()) {
    const field = `spec.versions[${index}]`;
    errors.push(...validateVersionName(version.name, `${field}.name`), ...validateDeprecation(version, field));
    const old = before?.versions.find(({ name }) => name === version.name)?.schema?.openAPIV3Schema;
    errors.push(...validateParts(withoutParts(version, shared), field, 'schema', checkExpressions, old));
  }
  if (new Set(versions.map(({ name }) => name)).size !== versions.length) {
    errors.push(invalid('spec.versions', json(internalVersions(versions)), 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const why = 'must have exactly one version marked as storage version';
    errors.push(invalid('spec.versions', json(internalVersions(versions)), why));
  }
  const [first] = versions;
  if (first !== undefined) errors.push(...validateVersionName(first.name, 'spec.version'));
  const { plural, singular = '', kind, listKind = '' } = spec.names;
  const names = { plural, singular, kind, listKind };
  for (const [name, value] of Object.entries(names)) if (value === '') errors.push(required(`spec.names.${name}`));
  errors.push(...validateNames(spec.names, 'spec.names'));
  if (first !== undefined) {
    const old = before?.versions.find(({ name }) => name === first.name)?.schema?.openAPIV3Schema;
    errors.push(...validateParts(onlyParts(first, shared), 'spec', 'validation', checkExpressions, old));
  }
  if (spec.conversion !== undefined && spec.conversion.strategy !== 'None' && spec.preserveUnknownFields === true) {
    const why = 'must be None if spec.preserveUnknownFields is true';
    errors.push(invalid('spec.conversion.strategy', json(spec.conversion.strategy), why));
  }
  return [...errors, ...validateConversion(spec.conversion)];
}

function validateVersionName(name: string, field: string): FieldError[] {
  const problems = dns1035LabelProblems(name);
  return problems.length === 0 ? [] : [invalid(field, name, problems.join(','))];
}

const parts = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;
type Part = (typeof parts)[number];

/** What all versions say alike is judged once, and named by where it stood when there was one version only. */
function sharedParts(versions: readonly DefinitionVersion[]): ReadonlySet<Part> {
  const [first, ...others] = versions;
  return new Set(
    parts.filter((part) => others.every((other) => jsonEqual(other[part] ?? null, first?.[part] ?? null))),
  );
}

const withoutParts = (version: DefinitionVersion, shared: ReadonlySet<Part>): VersionParts =>
  Object.fromEntries(parts.filter((part) => !shared.has(part)).map((part) => [part, version[part]]));

const onlyParts = (version: DefinitionVersion, shared: ReadonlySet<Part>): VersionParts => ({
  ...Object.fromEntries(parts.filter((part) => shared.has(part)).map((part) => [part, version[part]])),
  // Whether there is a status decides about the schema, wherever it is said.
  hasStatus: version.subresources?.status !== undefined,
  root: version.schema?.openAPIV3Schema,
});

/** Upstream shows its internal type, whose fields have capital letters. */
const internalVersions = (versions: readonly DefinitionVersion[]): unknown =>
  versions.map(({ name, served, storage, deprecated = false, deprecationWarning = null }) => ({
    Name: name,
    Served: served,
    Storage: storage,
    Deprecated: deprecated,
    DeprecationWarning: deprecationWarning,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  }));

const hasDefaults = ({ schema }: DefinitionVersion): boolean =>
  schemasIn(schema?.openAPIV3Schema).some(({ default: initial }) => initial !== undefined);

function validateGroup(group: string): FieldError[] {
  if (group === '') return [required('spec.group')];
  const problems = dnsSubdomainProblems(group);
  if (problems.length > 0) return [invalid('spec.group', group, problems.join(','))];
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

function validateScope(scope: string): FieldError[] {
  if (scope === '') return [required('spec.scope')];
  const scopes = ['Cluster', 'Namespaced'];
  return scopes.includes(scope) ? [] : [notSupported('spec.scope', scope, scopes)];
}

type VersionParts = Partial<Pick<DefinitionVersion, Part>> & {
  readonly hasStatus?: boolean;
  readonly root?: Schema | undefined;
};

function validateParts(
  version: VersionParts,
  field: string,
  nameOfSchema: string,
  checkExpressions: ExpressionCheck,
  old: Schema | undefined,
): FieldError[] {
  const { schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  const own = schema?.openAPIV3Schema;
  const root = own ?? version.root;
  const hasStatus = version.hasStatus ?? subresources?.status !== undefined;
  return [
    ...(own === undefined ? [] : validateRoot(own, hasStatus, `${field}.${nameOfSchema}`, checkExpressions, old)),
    ...validateScalePaths(subresources?.scale, `${field}.subresources.scale`),
    ...additionalPrinterColumns.flatMap((column, index) =>
      validateColumn(column, `${field}.additionalPrinterColumns[${index}]`),
    ),
    ...(root === undefined ? [] : validateSelectable(selectableFields, root, `${field}.selectableFields`)),
  ];
}

function validateDeprecation({ deprecated, deprecationWarning: text }: DefinitionVersion, field: string): FieldError[] {
  if (text === undefined) return [];
  const at = `${field}.deprecationWarning`;
  if (deprecated !== true) return [invalid(at, json(text), 'can only be set for deprecated versions')];
  const problems: string[] = [];
  if (text.length > 256) problems.push('must be <= 256 characters long');
  if (text === '') problems.push('must not be an empty string');
  const odd = Array.from(text).findIndex((character) => !isPrintable(character));
  if (odd >= 0) {
    problems.push(`must only contain printable UTF-8 characters; non-printable character found at index ${odd}`);
  }
  return problems.map((problem) => invalid(at, json(text), problem));
}

const approval = 'api-approved.kubernetes.io';

/** Groups of Kubernetes itself are given out by its reviewers. */
function validateApproval(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition | undefined,
): FieldError[] {
  const { group } = next.spec;
  const isProtected = /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);
  if (!isProtected) return [];
  const note = next.metadata.annotations?.[approval] ?? '';
  if (previous !== undefined && (previous.metadata.annotations?.[approval] ?? '') === note) return [];
  const field = `metadata.annotations[${approval}]`;
  const see =
    'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111';
  if (note === '') return [required(field, see)];
  if (note.startsWith('unapproved')) return [];
  if (URL.canParse(note)) return [];
  return [
    invalid(
      field,
      note,
      `protected groups must have approval annotation "api-approved.kubernetes.io" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`,
    ),
  ];
}

function validatePreserve(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition | undefined,
): FieldError[] {
  if (next.spec.preserveUnknownFields !== true || previous?.spec.preserveUnknownFields === true) return [];
  const why = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalid('spec.preserveUnknownFields', true, why)];
}

/** `unrecognized format "x"`, for formats that were not there before. */
export function definitionWarnings(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition | undefined,
): string[] {
  const before = new Set(previous === undefined ? [] : formatsOf(previous));
  return formatsOf(next)
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format "${format}"`);
}
