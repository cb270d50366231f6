/** PUT, and the loop under every write to an existing object: read, change, check, compare-and-swap (C1–C5, P31–P33). */
import { decodeJson, goQuote } from '../../api/schema/index.ts';
import { badRequest, conflict, failure, invalid, modifiedConflict, notFound } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import { keepTimestampsIfUnchanged } from '../../patch/index.ts';
import { readObject } from '../http/body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { negotiate } from '../http/negotiate.ts';
import { keyOf, type Stored } from '../registry/object-store.ts';
import type { GenerationRule, ResourceVersion } from '../registry/resource.ts';
import type { Entry } from '../watchcache/entry.ts';
import { checkNamespace, dropRepeatedOwners, storeNew } from './create.ts';
import { recordUpdate } from './managed-fields.ts';
import { writeParams, type WriteParams } from './options.ts';
import { offerOf } from './read.ts';
import { renderObject } from './render.ts';
import { toRequestVersion, type Scope } from './scope.ts';

export async function updateObject(scope: Scope): Promise<ApiResponse> {
  const representation = negotiate(scope.request.headers.accept, offerOf(scope, false));
  const params = writeParams(scope, 'UpdateOptions');
  const { resource, version, warnings, request, info, core } = scope;
  const expected = { group: resource.group, version: version.version, kind: resource.kind, schema: version.schema };
  const object = await readObject(request, expected, params.fieldValidation, warnings);
  checkNamespace(scope, object);
  checkNames(scope, object);
  dropRepeatedOwners(scope, object);
  const key = keyOf(resource, info.namespace, info.name);
  if (resource.putCreates) await core.objects.refresh();
  const mayCreate = core.objects.get(resource, key) === undefined && resource.putCreates;
  if (mayCreate) checkPreconditions(scope, params, object, key);
  if (mayCreate && scope.subresource === undefined) {
    core.authorizer.require({ ...info, verb: 'create' }, scope.user);
    const entry = await storeNew(scope, params, object, (fresh) => recordUpdate(scope, params, undefined, fresh));
    return renderObject(scope, entry, representation, 201);
  }
  const change = (): Changed => ({ object: structuredClone(object), record: 'update' });
  const entry = await changeStored(scope, params, key, change);
  return renderObject(scope, entry, representation, 200);
}

/** P31 */
export function checkNames({ info }: Scope, { metadata }: KubeObject): void {
  if ((metadata.name ?? '') === '') {
    throw badRequest(`the name of the object (${info.name} based on URL) was undeterminable: name must be provided`);
  }
  if (metadata.name !== info.name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`);
  }
}

export interface Changed {
  /** In the version of the request. */
  readonly object: KubeObject;
  /** `update`: fields that changed belong to the manager; `done`: the change has dealt with ownership itself. */
  readonly record: 'update' | 'done';
}

/** Computes the wanted object from the one that stands. Called again when somebody else was faster. */
export type Change = (current: KubeObject) => Changed | Promise<Changed>;

const attempts = 64;

/** Applies a change until it commits, or until it is in conflict by its own words (C1, C3). */
export async function changeStored(scope: Scope, params: WriteParams, key: string, change: Change): Promise<Entry> {
  const { core, resource, info } = scope;
  await core.objects.refresh();
  let entry = core.objects.get(resource, key);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (entry === undefined) throw notFound(resource, info.name);
    const outcome = await tryChange(scope, params, entry, change);
    if (outcome.ok) return outcome.entry;
    await core.objects.refresh();
    entry = outcome.current;
  }
  throw modifiedConflict(resource, info.name);
}

async function tryChange(scope: Scope, params: WriteParams, entry: Entry, change: Change): Promise<Stored> {
  const { core, resource, version, subresource } = scope;
  const { dryRun } = params;
  const stored = resource.fromStore?.(entry.parse()) ?? entry.parse();
  const changed = await change(toRequestVersion(scope, entry.parse()));
  checkPreconditions(scope, params, changed.object, entry.key, { uid: stored.metadata.uid, revision: entry.revision });
  const defaulted = resource.behaviour.default(changed.object);
  const recorded =
    changed.record === 'update' ? recordUpdate(scope, params, toRequestVersion(scope, stored), defaulted) : defaulted;
  const attributes = { scope, operation: 'UPDATE' as const, previous: stored, dryRun };
  const object = await core.admission.mutate({ ...attributes, object: version.toStorage?.(recorded) ?? recorded });
  dropRepeatedOwners(scope, object);
  if (subresource === undefined && hasStatus(version)) keepStatus(object, stored);
  // A new scale is a new spec; every other part has rules of its own.
  const kindOfWrite = subresource === undefined || subresource.name === 'scale' ? '' : subresource.name;
  const context = { version: version.version, dryRun };
  const prepared = await resource.behaviour.update(object, stored, kindOfWrite, context);
  settleGeneration(scope, prepared.object, stored);
  try {
    scope.warnings.addAll(prepared.warnings);
    await core.admission.validate({ ...attributes, object: prepared.object });
    // C4: a write that changes nothing but the time of its record is no write.
    const next = keepTimestampsIfUnchanged(stored, prepared.object) as KubeObject;
    const outcome = await write(scope, params, entry, next, stored);
    if (outcome.ok && !dryRun) await prepared.reservation?.commit();
    else await prepared.reservation?.rollback();
    return outcome;
  } catch (error) {
    await prepared.reservation?.rollback();
    throw error;
  }
}

const hasStatus = (version: ResourceVersion): boolean => version.subresources.some(({ name }) => name === 'status');

async function write(
  { core, resource }: Scope,
  params: WriteParams,
  entry: Entry,
  object: KubeObject,
  stored: KubeObject,
): Promise<Stored> {
  if (params.dryRun) return { ok: true, entry: core.objects.preview(resource, entry, object) };
  if (!releasesLastFinalizer(object, stored)) return core.objects.replace(resource, entry, object);
  // D6: the update that takes the last finalizer off a dying object is its deletion.
  const removed = await core.objects.remove(resource, entry);
  if (removed.ok) await resource.behaviour.deleted?.(stored);
  return removed.ok ? { ok: true, entry: core.objects.preview(resource, entry, object) } : removed;
}

function releasesLastFinalizer({ metadata }: KubeObject, { metadata: was }: KubeObject): boolean {
  if ((metadata.finalizers ?? []).length > 0 || was.deletionTimestamp === undefined) return false;
  return (was.deletionGracePeriodSeconds ?? 0) === 0;
}

/** What the client says of the object it knows (C1, C5). Without `found` the write creates it, and no version can be wrong. */
function checkPreconditions(
  scope: Scope,
  { dryRun }: WriteParams,
  object: KubeObject,
  key: string,
  found?: { readonly uid: string | undefined; readonly revision: number },
): void {
  const { resource, info } = scope;
  const { uid, resourceVersion } = object.metadata;
  // A uid that a patch brings in is judged with everything else (V15).
  if (info.verb !== 'patch' && uid !== undefined && uid !== '' && uid !== found?.uid) {
    throw conflict(
      resource,
      info.name,
      `StorageError: invalid object, Code: 4, Key: ${dryRun ? '' : '/registry'}/${resource.storagePrefix}/${key}, ResourceVersion: 0, ` +
        `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found?.uid ?? ''}`,
    );
  }
  if (resourceVersion !== undefined && !/^\d*$/.test(resourceVersion)) {
    throw failure(500, '', `strconv.ParseUint: parsing ${goQuote(resourceVersion)}: invalid syntax`);
  }
  if (found === undefined) return;
  if (resourceVersion === undefined || Number(resourceVersion) === 0) {
    if (resource.unconditionalPut) return;
    throw invalid(resource.resource, resource.group, info.name, [
      {
        type: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  }
  if (Number(resourceVersion) !== found.revision) throw modifiedConflict(resource, info.name);
}

/** P24: the main resource does not write status. */
function keepStatus(object: KubeObject, stored: KubeObject): void {
  if (!Object.hasOwn(stored, 'status')) delete object['status'];
  else object['status'] = structuredClone(stored['status']);
}

function settleGeneration({ resource, version }: Scope, object: KubeObject, stored: KubeObject): void {
  const { generation, storageSchema } = resource;
  const rule = generation === 'content' && hasStatus(version) ? 'contentButStatus' : generation;
  const { generation: count } = stored.metadata;
  if (count === undefined) delete object.metadata.generation;
  else object.metadata.generation = count;
  if (rule === 'none') return;
  const before = contentFor(rule, stored);
  if (contentFor(rule, object) === before) return;
  // What stands is in canonical form; an order of fields is no change.
  const canonical = decodeJson(storageSchema, object, { asStored: true }).object as KubeObject;
  if (contentFor(rule, canonical) === before) return;
  object.metadata.generation = (count ?? 0) + 1;
}

function contentFor(rule: Exclude<GenerationRule, 'none'> | 'contentButStatus', object: KubeObject): string {
  switch (rule) {
    case 'spec':
      return JSON.stringify(object['spec']);
    case 'webhooks':
      return JSON.stringify(object['webhooks']);
    case 'specOrAnnotations':
      return JSON.stringify([object['spec'], object.metadata.annotations]);
    case 'content': {
      const { metadata: _, kind: _kind, apiVersion: _version, ...content } = object;
      return JSON.stringify(content);
    }
    case 'contentButStatus': {
      const { metadata: _, kind: _kind, apiVersion: _version, status: _status, ...content } = object;
      return JSON.stringify(content);
    }
    case 'contentOrLabels': {
      const { metadata, kind: _kind, apiVersion: _version, ...content } = object;
      return JSON.stringify([content, metadata.labels]);
    }
  }
}
