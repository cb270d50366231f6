/** POST: a new object, named by its author or by the server (P20–P26). */
import { alreadyExists, badRequest, failure } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import { readObject } from '../http/body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { negotiate } from '../http/negotiate.ts';
import { keyOf, type Stored } from '../registry/object-store.ts';
import { Entry } from '../watchcache/entry.ts';
import { recordUpdate } from './managed-fields.ts';
import { writeParams, type WriteParams } from './options.ts';
import { offerOf } from './read.ts';
import { renderObject } from './render.ts';
import { timestamp, type Scope } from './scope.ts';

export async function createObject(scope: Scope): Promise<ApiResponse> {
  const representation = negotiate(scope.request.headers.accept, offerOf(scope, false));
  const params = writeParams(scope, 'CreateOptions');
  const { resource, version, warnings, request } = scope;
  const expected = { group: resource.group, version: version.version, kind: resource.kind, schema: version.schema };
  const object = await readObject(request, expected, params.fieldValidation, warnings);
  const entry = await storeNew(scope, params, object, (fresh) => recordUpdate(scope, params, undefined, fresh));
  return renderObject(scope, entry, representation, 201);
}

/** Who owns which field of the new object; differs between an ordinary write and server-side apply. */
export type RecordManagers = (object: KubeObject) => KubeObject;

/** Brings a decoded object through the whole life of a creation. Also serves PUT and apply on a missing name. */
export async function storeNew(
  scope: Scope,
  params: WriteParams,
  given: KubeObject,
  record: RecordManagers,
): Promise<Entry> {
  const { resource, version, core } = scope;
  const { dryRun } = params;
  checkNamespace(scope, given);
  if (scope.info.verb === 'create') dropServersOwn(given);
  const recorded = record(resource.behaviour.default(given));
  const attributes = { scope, operation: 'CREATE' as const, dryRun };
  const object = await core.admission.mutate({ ...attributes, object: version.toStorage?.(recorded) ?? recorded });
  checkNamespace(scope, object);
  initialiseMetadata(scope, object);
  const isGenerated = hasGeneratedName(scope, object);
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await storePrepared(scope, params, object);
    if (outcome.ok) return outcome.entry;
    if (!isGenerated || attempt === nameAttempts) {
      throw collision(scope, object.metadata.name ?? '', outcome.current, object.metadata.generateName ?? '');
    }
    // P8: from the beginning, as what was taken bears the name.
    object.metadata.name = randomName(object.metadata.generateName ?? '');
  }
}

/** Not ok: the name is taken, and whatever was reserved for it is given back. */
async function storePrepared(scope: Scope, params: WriteParams, object: KubeObject): Promise<Stored> {
  const { resource, version, core, warnings } = scope;
  const { dryRun } = params;
  const prepared = await resource.behaviour.create(object, { version: version.version, dryRun });
  let outcome: Stored = { ok: false };
  try {
    warnings.addAll(prepared.warnings);
    await core.admission.validate({ scope, operation: 'CREATE', dryRun, object: prepared.object });
    if (dryRun) return { ok: true, entry: dryRunEntry(scope, prepared.object) };
    if (scope.info.verb === 'create') checkVersionless(prepared.object);
    delete prepared.object.metadata.resourceVersion;
    const { namespace = '', name = '' } = prepared.object.metadata;
    outcome = await core.objects.create(resource, keyOf(resource, namespace, name), prepared.object);
  } finally {
    await (outcome.ok ? prepared.reservation?.commit() : prepared.reservation?.rollback());
  }
  return outcome;
}

/** A random name is tried a few times before the client hears of a collision. */
const nameAttempts = 8;

function hasGeneratedName({ info }: Scope, { metadata }: KubeObject): boolean {
  const base = metadata.generateName ?? '';
  return info.name === '' && base !== '' && Boolean(metadata.name?.startsWith(base.slice(0, maxBase)));
}

function collision({ resource, info }: Scope, name: string, current: Entry | undefined, base: string): Error {
  const error = alreadyExists(resource, name);
  const { status } = error;
  // Whoever gave a base hears this, even beside a name of their own.
  if (base !== '' && info.verb === 'create') {
    return failure(
      409,
      'AlreadyExists',
      `${status.message}, the server was not able to generate a unique name for the object`,
      {
        ...status.details,
        retryAfterSeconds: 1,
      },
    );
  }
  // P25
  if (current?.parse().metadata.deletionTimestamp !== undefined) {
    return failure(409, 'AlreadyExists', `object is being deleted: ${status.message}`, status.details);
  }
  return error;
}

/** P23: a version is the server's to give; what is no number counts as none. */
function checkVersionless({ metadata }: KubeObject): void {
  if (/^\d*[1-9]\d*$/.test(metadata.resourceVersion ?? '')) {
    throw failure(500, '', 'resourceVersion should not be set on objects to be created');
  }
}

/** P22 */
export function checkNamespace({ resource, info }: Scope, object: KubeObject): void {
  const { metadata } = object;
  if (!resource.namespaced) {
    delete metadata.namespace;
    return;
  }
  if ((metadata.namespace ?? '') === '') metadata.namespace = info.namespace;
  if (metadata.namespace !== info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** P1: what the client has no say in is gone before anybody looks. A generation stays where the kind has no rule for it. */
function dropServersOwn({ metadata }: KubeObject): void {
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
}

function initialiseMetadata(scope: Scope, object: KubeObject): void {
  const { metadata } = object;
  metadata.uid = crypto.randomUUID();
  metadata.creationTimestamp = timestamp(scope.core.clock.now());
  if ((metadata.name ?? '') === '' && (metadata.generateName ?? '') !== '') {
    metadata.name = randomName(metadata.generateName ?? '');
  }
  if (scope.resource.generation !== 'none') metadata.generation = 1;
  dropRepeatedOwners(scope, object);
}

/** P26 */
export function dropRepeatedOwners({ warnings, info }: Scope, { metadata }: KubeObject): void {
  const owners = metadata.ownerReferences ?? [];
  const repeated = new Set<string>();
  const seen = new Map<string, string>();
  const kept = owners.filter((owner) => {
    const text = JSON.stringify(owner);
    if (seen.get(text) !== undefined) {
      repeated.add(owner.uid);
      return false;
    }
    seen.set(text, owner.uid);
    return true;
  });
  if (repeated.size === 0) return;
  metadata.ownerReferences = kept;
  const uids = [...repeated].sort().join(', ');
  const when = info.verb === 'patch' ? ' after mutating admission happens' : '';
  warnings.add(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids}`,
  );
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const maxBase = 63 - suffixLength;

/** P20 */
function randomName(base: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(suffixLength));
  return base.slice(0, maxBase) + Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

/** P35: what would have been stored, without a version, because no write gave it one. */
function dryRunEntry({ core, resource }: Scope, object: KubeObject): Entry {
  const name = object.metadata.name ?? '';
  const key = keyOf(resource, object.metadata.namespace ?? '', name);
  const current = core.objects.get(resource, key);
  if (current !== undefined) throw alreadyExists(resource, name);
  return new Entry(key, 0, core.objects.encodeUnstored(resource, object));
}
