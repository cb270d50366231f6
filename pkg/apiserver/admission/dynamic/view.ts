/**
 * A write as webhooks and policies see it: in one of the versions its kind is served in, with the request beside it.
 * The server itself works on the storage version, so every look is a conversion there and perhaps back.
 */
import { DecodeError, decodeJson, schemaOf } from '../../../api/schema/index.ts';
import type { KubeObject } from '../../../api/types.ts';
import type { Scope } from '../../resources/scope.ts';
import { scaleOf, withReplicas, type Scale } from '../../resources/subresources/scale.ts';
import type { ResourceVersion } from '../../registry/resource.ts';
import type { Attributes } from '../admission.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** What a webhook is asked about: what was requested, or its equivalent in a version that the webhook knows. */
export interface Invocation {
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  readonly version: ResourceVersion;
}

export const resourceOf = ({ scope }: Attributes): GroupVersionResource => ({
  group: scope.resource.group,
  version: scope.version.version,
  resource: scope.resource.resource,
});

export function kindOf({ scope, kind }: Attributes, version = scope.version.version): GroupVersionKind {
  return kind ?? scope.subresource?.kind ?? { group: scope.resource.group, version, kind: scope.resource.kind };
}

export const invocationOf = (attributes: Attributes): Invocation => ({
  kind: kindOf(attributes),
  resource: resourceOf(attributes),
  version: attributes.scope.version,
});

/** The other versions of the same objects that a rule may name instead (matchPolicy Equivalent). */
export function equivalents(attributes: Attributes): Invocation[] {
  const { scope } = attributes;
  const { group, resource, versions } = scope.resource;
  const own = versions
    .filter(({ version, unusable }) => version !== scope.version.version && unusable === undefined)
    .map((version) => ({
      kind: kindOf(attributes, version.version),
      resource: { group, version: version.version, resource },
      version,
    }));
  return [...own, ...sameObjectsElsewhere(attributes)];
}

/** Events live in two groups. */
function sameObjectsElsewhere({ scope }: Attributes): Invocation[] {
  const { group, kind, storagePrefix } = scope.resource;
  if (kind !== 'Event') return [];
  return scope.core.registry.all().flatMap((other) =>
    other.storagePrefix !== storagePrefix || other.group === group
      ? []
      : other.versions.map((version) => ({
          kind: { group: other.group, version: version.version, kind: other.kind },
          resource: { group: other.group, version: version.version, resource: other.resource },
          version,
        })),
  );
}

const isScale = ({ scope }: Attributes): boolean => scope.subresource?.name === 'scale';

/** The object of a write in a version, as it stands on the wire; null where there is none. */
export function seen(attributes: Attributes, which: 'object' | 'previous', { version }: Invocation): KubeObject | null {
  const object = attributes[which];
  if (object === undefined || (which === 'object' && attributes.operation === 'DELETE')) return null;
  if (attributes.kind !== undefined) return object;
  const own = version.fromStorage?.(object) ?? object;
  if (isScale(attributes)) return scaleOf({ ...attributes.scope, version }, own);
  return decodeJson(version.schema, own, { asStored: true }).object as KubeObject;
}

/** Takes what a webhook made of the object back into the write. Throws DecodeError. */
export function replace(attributes: Attributes, changed: unknown, { version }: Invocation): void {
  const { scope } = attributes;
  if (attributes.kind !== undefined) {
    const { group, version: of, kind } = attributes.kind;
    const schema = schemaOf(group, of, kind);
    if (schema === undefined) throw new DecodeError(`no kind ${kind} is registered`);
    attributes.object = decodeJson(schema, changed).object as KubeObject;
    return;
  }
  if (isScale(attributes)) {
    const { spec } = changed as Scale;
    const own = version.fromStorage?.(attributes.object) ?? attributes.object;
    const scaled = withReplicas({ ...scope, version }, structuredClone(own), spec?.replicas ?? 0);
    attributes.object = version.toStorage?.(scaled) ?? scaled;
    return;
  }
  const decoded = decodeJson(version.schema, changed).object as KubeObject;
  const defaulted = scope.resource.behaviour.default(decoded);
  attributes.object = version.toStorage?.(defaulted) ?? defaulted;
}

/** `name` of the request: empty where the server is yet to choose it, and for whole collections. */
export function nameOf({ scope, operation, object }: Attributes): string {
  if (scope.info.verb === 'deletecollection') return '';
  if (scope.info.name !== '') return scope.info.name;
  return operation === 'CREATE' ? (object.metadata.name ?? '') : '';
}

/** A Namespace is in itself, as upstream has it. */
export function namespaceOf(attributes: Attributes): string {
  const { scope } = attributes;
  if (scope.resource.group === '' && scope.resource.resource === 'namespaces') return nameOf(attributes);
  return scope.info.namespace;
}

const optionKinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const;

/** The options of the request, as it gave them. */
export function optionsOf({ scope, operation, deleteOptions }: Attributes): object {
  const head = { kind: optionKinds[operation], apiVersion: 'meta.k8s.io/v1' };
  if (operation === 'DELETE') {
    const { dryRun = false, ...rest } = deleteOptions ?? {};
    return { ...head, ...rest, ...(dryRun ? { dryRun: ['All'] } : {}) };
  }
  const { query } = scope.request;
  const text = (name: string): object => {
    const value = query.get(name) ?? '';
    return value === '' ? {} : { [name]: value };
  };
  const dryRun = query.getAll('dryRun');
  return { ...head, ...(dryRun.length === 0 ? {} : { dryRun }), ...text('fieldManager'), ...text('fieldValidation') };
}

/** The request without its objects: what a review says of it, and what expressions see as `request`. */
export function requestOf(attributes: Attributes, { kind, resource }: Invocation): Record<string, unknown> {
  const { scope, operation, dryRun } = attributes;
  const subResource = scope.info.subresource;
  const [name, namespace] = [nameOf(attributes), namespaceOf(attributes)];
  return {
    kind,
    resource,
    ...(subResource === '' ? {} : { subResource }),
    requestKind: kindOf(attributes),
    requestResource: resourceOf(attributes),
    ...(subResource === '' ? {} : { requestSubResource: subResource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userOf(scope),
    dryRun,
    options: optionsOf(attributes),
  };
}

function userOf({ user }: Scope): object {
  const { username, uid = '', groups, extra = {} } = user;
  return {
    ...(username === '' ? {} : { username }),
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
