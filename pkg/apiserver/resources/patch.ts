/** PATCH in its four forms (M16–M17, M20, M30). */
import { DecodeError, goQuote } from '../../api/schema/index.ts';
import { badRequest, conflict, failure, invalid, StatusError } from '../../api/status.ts';
import { sorted } from '../../api/schema/open-map.ts';
import type { KubeObject } from '../../api/types.ts';
import { goJson } from '../../validation/formats/quote.ts';
import {
  applyJsonPatch,
  applyMergePatch,
  applyServerSide,
  applyStrategicMergePatch,
  conflictError,
  fromUnstructured,
  goJsonInOrder,
  printGoValue,
  sortTouched,
  withoutUnmatchedNulls,
} from '../../patch/index.ts';
import { decodeUtf8, decodeValue, maxBodyBytes, mediaTypeOf, parsePatch } from '../http/body.ts';
import { parseYaml, type Parsed } from '../http/yaml.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { negotiate } from '../http/negotiate.ts';
import { keyOf } from '../registry/object-store.ts';
import { checkNamespace, storeNew } from './create.ts';
import { trackingOf } from './managed-fields.ts';
import { writeParams, type WriteParams } from './options.ts';
import { offerOf } from './read.ts';
import { renderObject } from './render.ts';
import { apiVersionOf, timestamp, type Scope } from './scope.ts';
import { changeStored, checkNames, type Changed } from './update.ts';

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

const patchTypes = new Map<string, PatchKind>([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

export function patchKindOf(scope: Pick<Scope, 'request' | 'resource' | 'info'>): PatchKind {
  const kind = patchTypes.get(mediaTypeOf(scope.request));
  if (scope.resource.custom === true && scope.info.subresource !== 'scale' && (kind ?? 'strategic') === 'strategic') {
    throw failure(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: ' +
        'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  }
  if (kind === undefined) {
    throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  return kind;
}

export async function patchObject(scope: Scope): Promise<ApiResponse> {
  const representation = negotiate(scope.request.headers.accept, offerOf(scope, false));
  const kind = patchKindOf(scope);
  const params = writeParams(scope, 'PatchOptions');
  checkPatchOptions(scope, kind, params);
  const text = decodeUtf8(await scope.request.readBody(maxBodyBytes));
  const { resource, info, core } = scope;
  const key = keyOf(resource, info.namespace, info.name);
  if (kind === 'apply') {
    const applied = await readApplied(scope, params, text);
    await core.objects.refresh();
    if (core.objects.get(resource, key) === undefined && scope.subresource === undefined) {
      core.authorizer.require({ ...info, verb: 'create' }, scope.user);
      checkNoUid(scope, applied);
      const entry = await storeNew(scope, params, apply(scope, params, undefined, applied), (object) => object);
      return renderObject(scope, entry, representation, 201);
    }
    const entry = await changeStored(scope, params, key, (current) => ({
      object: apply(scope, params, current, applied),
      record: 'done',
    }));
    return renderObject(scope, entry, representation, 200);
  }
  // A patch of what is not there is 404, however it reads.
  let patch: Parsed | undefined;
  const entry = await changeStored(scope, params, key, (current) => {
    patch ??= parsePatch(text, kind);
    return patched(scope, params, kind, current, patch);
  });
  return renderObject(scope, entry, representation, 200);
}

function checkPatchOptions({ request }: Scope, kind: PatchKind, params: WriteParams): void {
  if (kind !== 'apply') {
    if (params.force === undefined) return;
    throw invalid('PatchOptions', 'meta.k8s.io', '', [
      { type: 'FieldValueForbidden', field: 'force', message: 'Forbidden: may not be specified for non-apply patch' },
    ]);
  }
  if ((request.query.get('fieldManager') ?? '') !== '') return;
  throw invalid('PatchOptions', 'meta.k8s.io', '', [
    { type: 'FieldValueRequired', field: 'fieldManager', message: 'Required value: is required for apply patch' },
  ]);
}

function patched(
  scope: Scope,
  params: WriteParams,
  kind: Exclude<PatchKind, 'apply'>,
  current: KubeObject,
  patch: Parsed,
): Changed {
  const object = decodePatched(scope, params, kind, current, patch);
  checkNames(scope, object);
  checkNamespace(scope, object);
  return { object, record: 'update' };
}

function applyPatch(scope: Scope, kind: Exclude<PatchKind, 'apply'>, current: KubeObject, patch: unknown): unknown {
  switch (kind) {
    case 'json':
      return applyJsonPatch(current, patch);
    case 'merge':
      return applyMergePatch(current, patch);
    case 'strategic':
      return applyStrategicMergePatch(scope.version.schema, current, patch);
  }
}

/** F4: what does not decode after a patch is 422 on `patch`, not 400. */
function decodePatched(
  scope: Scope,
  params: WriteParams,
  kind: Exclude<PatchKind, 'apply'>,
  current: KubeObject,
  patch: Parsed,
): KubeObject {
  const { resource, version, warnings } = scope;
  const expected = { group: resource.group, version: version.version, kind: resource.kind, schema: version.schema };
  const isCustom = resource.custom === true;
  const isStrategic = kind === 'strategic';
  // The order decides which unknown field is named first.
  const merged = sortTouched(applyPatch(scope, kind, current, patch.value), isStrategic ? undefined : current);
  try {
    const value = isStrategic ? fromUnstructured(version.schema, merged) : merged;
    return decodeValue({ value, duplicates: patch.duplicates }, expected, params.fieldValidation, warnings);
  } catch (error) {
    const badInput = error instanceof DecodeError || (error instanceof StatusError && error.code === 400);
    if (!badInput) throw error;
    if (isCustom && error.message.startsWith('the API version in the data')) throw wrongVersion(scope, merged);
    const why = error.message.replace(/^.* cannot be handled as a \w+: /, '');
    const shown = isCustom
      ? goJson(sortedDeep(merged))
      : isStrategic
        ? printGoValue(withoutUnmatchedNulls(patch.value, current))
        : goJsonInOrder(merged);
    throw invalid('', '', '', [
      { type: 'FieldValueInvalid', field: 'patch', message: `Invalid value: ${goQuote(shown)}: ${why}` },
    ]);
  }
}

/** A custom object that became one of another version is judged by its rules, which say so. */
function wrongVersion(scope: Scope, value: unknown): Error {
  const { resource, info } = scope;
  const given = (value as KubeObject).apiVersion ?? '';
  return invalid(resource.kind, resource.group, info.name, [
    {
      type: 'FieldValueInvalid',
      field: 'apiVersion',
      message: `Invalid value: ${goQuote(given)}: must be ${apiVersionOf(scope)}`,
    },
  ]);
}

function sortedDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedDeep);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.entries(value).map(([key, one]) => [key, sortedDeep(one)] as const);
  return sorted(Object.fromEntries(inner));
}

/** M30: the body as it came, checked for what apply refuses before anything is looked up. */
async function readApplied(scope: Scope, params: WriteParams, text: string): Promise<KubeObject> {
  const { value, duplicates } = await parseYaml(text);
  if (duplicates.length > 0 && params.fieldValidation === 'Strict') {
    throw badRequest(`error strict decoding patch: ${duplicates.join(', ')}`);
  }
  if (params.fieldValidation === 'Warn') scope.warnings.addAll(duplicates);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('error decoding YAML: expected an object');
  }
  return value as KubeObject;
}

/** C5: who names a uid means an object that exists. */
function checkNoUid({ resource, info }: Scope, applied: KubeObject): void {
  const uid: unknown = (applied as Partial<KubeObject>).metadata?.uid;
  if (typeof uid !== 'string' || uid === '') return;
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
  throw conflict(resource, info.name, why);
}

/** Merges by the schema and decodes the outcome, so that what follows sees a canonical object. */
function apply(scope: Scope, params: WriteParams, live: KubeObject | undefined, applied: KubeObject): KubeObject {
  const { version, resource, warnings } = scope;
  const result = applyServerSide({
    type: version.schema,
    kind: resource.kind,
    live,
    applied,
    manager: params.fieldManager,
    force: params.force ?? false,
    apiVersion: apiVersionOf(scope),
    now: timestamp(scope.core.clock.now()),
    subresource: scope.info.subresource,
    ...trackingOf(scope),
  });
  if ('conflicts' in result) throw conflictError(result.conflicts);
  const expected = { group: resource.group, version: version.version, kind: resource.kind, schema: version.schema };
  const value = converted(scope, result.object);
  const object = decodeValue({ value, duplicates: [] }, expected, params.fieldValidation, warnings);
  checkNames(scope, object);
  checkNamespace(scope, object);
  return object;
}

/** M30: what has the right shape may still hold a value that Go cannot take; upstream calls that its own fault. */
function converted(scope: Scope, object: unknown): unknown {
  const { version, resource } = scope;
  try {
    return fromUnstructured(version.schema, object);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { name = '', namespace = '' } = (object as Partial<KubeObject>).metadata ?? {};
    const kind = `${resource.group === '' ? '/' : ''}${apiVersionOf(scope)}, Kind=${resource.kind}`;
    throw failure(
      500,
      '',
      `failed to convert new object (${namespace}/${name}; ${kind}) to proper version: ` +
        `unable to convert unstructured object to ${kind}: ${error.message}`,
    );
  }
}
