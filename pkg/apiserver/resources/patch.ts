/** PATCH in its four forms (M16–M17, M20, M30). */
import { badRequest, failure, invalid } from '../../api/status.ts';
import { goQuote } from '../../api/schema/go-quote.ts';
import { sorted } from '../../api/schema/open-map.ts';
import type { KubeObject } from '../../api/types.ts';
import { goJson } from '../../validation/formats/quote.ts';
import {
  applyJsonPatch,
  applyMergePatch,
  applyServerSide,
  applyStrategicMergePatch,
  conflictError,
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
import { changeStored, type Changed } from './update.ts';

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
      const entry = await storeNew(scope, params, apply(scope, params, undefined, applied), (object) => object);
      return renderObject(scope, entry, representation, 201);
    }
    const entry = await changeStored(scope, params, key, (current) => ({
      object: apply(scope, params, current, applied),
      record: 'done',
    }));
    return renderObject(scope, entry, representation, 200);
  }
  const patch = parsePatch(text);
  const entry = await changeStored(scope, params, key, (current) => patched(scope, params, kind, current, patch));
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
  const value = applyPatch(scope, kind, current, patch.value);
  const object = decodePatched(scope, params, { value, duplicates: patch.duplicates });
  checkNamespace(scope, object);
  if (object.metadata.name !== scope.info.name) {
    throw badRequest(
      `the name of the object (${object.metadata.name ?? ''}) does not match the name on the URL (${scope.info.name})`,
    );
  }
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
function decodePatched(scope: Scope, params: WriteParams, parsed: Parsed): KubeObject {
  const { resource, version, warnings } = scope;
  const expected = { group: resource.group, version: version.version, kind: resource.kind, schema: version.schema };
  const isCustom = resource.custom === true;
  try {
    return decodeValue(parsed, expected, params.fieldValidation, warnings);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 400)) throw error;
    if (isCustom && error.message.startsWith('the API version in the data')) throw wrongVersion(scope, parsed.value);
    const why = error.message.replace(/^.* cannot be handled as a \w+: /, '');
    const shown = isCustom ? goQuote(goJson(sortedDeep(parsed.value))) : JSON.stringify(parsed.value);
    throw invalid('', '', '', [
      { type: 'FieldValueInvalid', field: 'patch', message: `Invalid value: ${shown}: ${why}` },
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
  const object = decodeValue({ value: result.object, duplicates: [] }, expected, params.fieldValidation, warnings);
  if (object.metadata.name === undefined) object.metadata.name = scope.info.name;
  checkNamespace(scope, object);
  return object;
}
