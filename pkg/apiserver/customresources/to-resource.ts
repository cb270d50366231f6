/** From a definition to the resource that the registry serves; the rest of the server cannot tell it from a built-in. */
import type { KubeObject } from '../../api/types.ts';
import {
  columnCell,
  customType,
  defaultColumns,
  plainPath,
  readStored,
  valueAt,
  type CustomResourceDefinition,
  type DefinitionVersion,
  type RunRules,
  type Schema,
} from '../../customresources/index.ts';
import { printGoValue } from '../../patch/index.ts';
import { nameColumn } from '../tables/default-columns.ts';
import { age } from '../tables/age.ts';
import type { Column, Resource, ResourceVersion, Subresource, TableColumns } from '../registry/resource.ts';
import { objectBehaviour, type VersionRules } from './object-behaviour.ts';
import { byPriority } from './version-order.ts';

/** Makes the rules in a schema's x-kubernetes-validations ready to run; undefined when there are none. */
export type CompileRules = (schema: Schema) => RunRules | undefined;

export function toResource(definition: CustomResourceDefinition, compileRules: CompileRules): Resource | undefined {
  const { spec, status, metadata } = definition;
  const names = status?.acceptedNames ?? spec.names;
  const storage = spec.versions.find((version) => version.storage);
  const served = spec.versions.filter((version) => version.served).sort((a, b) => byPriority(a.name, b.name));
  const [preferred] = served;
  if (storage === undefined || preferred === undefined) return undefined;
  const { group } = spec;
  const namespaced = spec.scope === 'Namespaced';
  const storageApiVersion = `${group}/${storage.name}`;
  const kindOf = (version: DefinitionVersion): Parameters<typeof customType>[0] => ({
    group,
    version: version.name,
    kind: names.kind,
    schema: version.schema?.openAPIV3Schema,
    preserveUnknownFields: spec.preserveUnknownFields === true,
  });
  const rules = new Map(
    served.map((version): [string, VersionRules] => {
      const schema = version.schema?.openAPIV3Schema;
      return [
        version.name,
        {
          kind: names.kind,
          apiVersion: `${group}/${version.name}`,
          namespaced,
          schema,
          scale: version.subresources?.scale,
          runRules: schema === undefined ? undefined : compileRules(schema),
          hasStatus: version.subresources?.status !== undefined,
        },
      ];
    }),
  );
  const storageSchema = customType(kindOf(storage));
  const fromStore = (object: KubeObject): KubeObject =>
    readStored(storageSchema, storage.schema?.openAPIV3Schema, object, storageApiVersion) as KubeObject;
  const toVersion = (version: DefinitionVersion): ResourceVersion => {
    const type = customType(kindOf(version));
    const apiVersion = `${group}/${version.name}`;
    const scale = version.subresources?.scale;
    return {
      version: version.name,
      schema: type,
      subresources: subresourcesOf(version),
      toStorage: (object) => ({ ...object, apiVersion: storageApiVersion }),
      fromStorage: (object) =>
        readStored(
          type,
          version.schema?.openAPIV3Schema,
          version === storage ? object : fromStore(object),
          apiVersion,
        ) as KubeObject,
      ...unusableBut(storage, version, definition),
      table: tableOf(version),
      ...(version.deprecated === true ? { deprecation: deprecationOf(version, definition, names.kind) } : {}),
      ...(scale === undefined ? {} : { scale }),
    };
  };
  return {
    group,
    resource: names.plural,
    singular: names.singular ?? '',
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    namespaced,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs,
    versions: served.map(toVersion),
    storageVersion: storage.served ? storage.name : preferred.name,
    storageSchema,
    fromStore,
    storedAs: `${storageApiVersion}/${names.kind}`,
    storagePrefix: `${group}/${names.plural}`,
    putCreates: false,
    unconditionalPut: false,
    generation: 'content',
    orphansByDefault: false,
    deleteAnswers: 'status',
    custom: true,
    behaviour: objectBehaviour({
      group,
      resource: names.plural,
      kind: names.kind,
      versions: rules,
      storageApiVersion,
      terminating: metadata.deletionTimestamp !== undefined,
    }),
    fields: selectableFields(served),
  };
}

/**
 * Conversion webhooks are not called here. Objects in another version than the stored one would be wrong, so they are
 * refused, in the place and with the words of a webhook that fails.
 */
function unusableBut(
  storage: DefinitionVersion,
  version: DefinitionVersion,
  { spec }: CustomResourceDefinition,
): Pick<ResourceVersion, 'unusable'> {
  if (spec.conversion?.strategy !== 'Webhook' || version === storage) return {};
  const kind = `${spec.group}/${storage.name}, Kind=${spec.names.kind}`;
  return {
    unusable:
      `conversion webhook for ${kind} failed: this server calls no conversion webhooks; ` +
      `use ${spec.group}/${storage.name}, the version in which ${spec.names.plural} are stored`,
  };
}

/** In the order in which upstream lists them for custom kinds. */
const verbs: Resource['verbs'] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

function deprecationOf(version: DefinitionVersion, { spec }: CustomResourceDefinition, kind: string): string {
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const [better] = spec.versions
    .filter((other) => other.served && other.deprecated !== true && byPriority(other.name, version.name) < 0)
    .sort((a, b) => byPriority(a.name, b.name));
  const advice = better === undefined ? '' : `; use ${spec.group}/${better.name} ${kind}`;
  return `${spec.group}/${version.name} ${kind} is deprecated${advice}`;
}

function subresourcesOf({ subresources }: DefinitionVersion): Subresource[] {
  const verbs = ['get', 'patch', 'update'] as const;
  return [
    ...(subresources?.status === undefined ? [] : [{ name: 'status', verbs }]),
    ...(subresources?.scale === undefined
      ? []
      : [{ name: 'scale', verbs, kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } }]),
  ];
}

function selectableFields(versions: readonly DefinitionVersion[]): Resource['fields'] {
  const paths = versions.flatMap(({ selectableFields: fields = [] }) =>
    fields.map(({ jsonPath }) => plainPath(jsonPath)),
  );
  return new Map(
    paths.map((path) => [
      path.join('.'),
      (object) => {
        const value = valueAt(object, path);
        return value === undefined || value === null ? '' : printGoValue(value);
      },
    ]),
  );
}

function tableOf({ additionalPrinterColumns: given = [] }: DefinitionVersion): TableColumns {
  const own = given.length > 0 ? given : defaultColumns;
  const cells = own.map((column) => columnCell(column, age));
  const columns = own.map((column): Column => ({
    name: column.name,
    type: column.type as Column['type'],
    format: column.format ?? '',
    description: column.description ?? `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
    priority: column.priority ?? 0,
  }));
  return {
    columns: [nameColumn, ...columns],
    cells: (object, now) => [object.metadata.name, ...cells.map((cell) => cell(object, now))],
  };
}
