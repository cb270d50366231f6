/** DELETE of one object and of a collection (D1–D9). */
import type { FieldError } from '../../api/field-error.ts';
import { DecodeError, decodeJson, decodeProtobuf, schemaOf } from '../../api/schema/index.ts';
import { badRequest, conflict, invalid, modifiedConflict, notFound } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import { bodyTypeOf, decodeUtf8, maxBodyBytes } from '../http/body.ts';
import { parseJson, parseYaml, type Parsed } from '../http/yaml.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { negotiate } from '../http/negotiate.ts';
import { booleanParam, integerParam } from '../http/query.ts';
import { storedGroup } from '../registry/behaviour.ts';
import { keyOf, type Stored } from '../registry/object-store.ts';
import type { Resource } from '../registry/resource.ts';
import type { Entry } from '../watchcache/entry.ts';
import { badDryRun, readOptions } from './options.ts';
import { matcher, offerOf } from './read.ts';
import { renderList, renderObject, renderValue } from './render.ts';
import { timestamp, type Scope } from './scope.ts';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
  readonly dryRun: boolean;
}

export async function deleteObject(scope: Scope): Promise<ApiResponse> {
  const representation = negotiate(scope.request.headers.accept, offerOf(scope, false));
  const options = await readDeleteOptions(scope);
  warnOfOrphans(scope, options);
  const outcome = await removeObject(scope, options, scope.info.namespace, scope.info.name);
  const { resource } = scope;
  // D4: 202 only to clients that still send orphanDependents=false.
  const status = !outcome.gone && options.orphanDependents === false ? 202 : 200;
  if (!outcome.gone || resource.deleteAnswers === 'object') {
    return renderObject(scope, outcome.entry, representation, status);
  }
  return renderValue(deletedStatus(scope, outcome.entry), representation, status);
}

function warnOfOrphans({ resource, warnings }: Scope, { propagationPolicy, orphanDependents }: DeleteOptions): void {
  if (resource.kind !== 'Job' || propagationPolicy !== undefined || orphanDependents !== undefined) return;
  warnings.add(
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set ' +
      'propagationPolicy=Orphan to suppress this warning',
  );
}

function deletedStatus({ resource, info }: Scope, entry: Entry): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: info.name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.resource,
      uid: entry.parse().metadata.uid,
    },
  };
}

/** D9: not atomic; what is gone already does not matter. Answers with the list of what was deleted. */
export async function deleteCollection(scope: Scope): Promise<ApiResponse> {
  const representation = negotiate(scope.request.headers.accept, offerOf(scope, true));
  const options = await readDeleteOptions(scope);
  const read = readOptions(scope, false);
  await scope.core.objects.refresh();
  const matches = matcher(scope, read);
  const cache = scope.core.objects.cache(scope.resource);
  const prefix = scope.resource.namespaced && scope.info.namespace !== '' ? `${scope.info.namespace}/` : '';
  const deleted: Entry[] = [];
  for (const [, entry] of cache.current().iterate('', prefix)) {
    if (!matches(entry)) continue;
    if (read.limit > 0 && deleted.length === read.limit) break;
    deleted.push(entry);
  }
  for (const entry of deleted) {
    const { namespace = '', name = '' } = entry.parse().metadata;
    await ignoringAbsence(() => removeObject(scope, options, namespace, name));
  }
  return renderList(scope, { representation, entries: deleted, revision: scope.core.feed.revision });
}

async function ignoringAbsence(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error && 'reason' in error && error.reason === 'NotFound')) throw error;
  }
}

// --- options --------------------------------------------------------------------------------------------------------

/** D1, D2: options come as a body or, without one, as query parameters. */
export async function readDeleteOptions(scope: Scope): Promise<DeleteOptions> {
  const { request } = scope;
  const bytes = await request.readBody(maxBodyBytes);
  const options = bytes.length === 0 ? optionsFromQuery(scope) : await optionsFromBody(scope, bytes);
  const errors = problemsOf(options);
  if (errors.length > 0) throw invalid('DeleteOptions', 'meta.k8s.io', '', errors);
  return options;
}

interface WireOptions {
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
  orphanDependents?: boolean;
  propagationPolicy?: string;
  dryRun?: string[];
}

function fromWire(wire: WireOptions): DeleteOptions {
  const { dryRun = [], ...rest } = wire;
  if (dryRun.some((value) => value !== 'All')) throw invalid('DeleteOptions', 'meta.k8s.io', '', [badDryRun(dryRun)]);
  return { ...rest, dryRun: dryRun.length > 0 };
}

async function optionsFromBody({ request }: Scope, bytes: Uint8Array): Promise<DeleteOptions> {
  const schema = schemaOf('meta.k8s.io', 'v1', 'DeleteOptions') ?? schemaOf('', 'v1', 'DeleteOptions');
  if (schema === undefined) throw new Error('no schema for DeleteOptions');
  try {
    const type = bodyTypeOf(request);
    if (type === 'protobuf') return fromWire(decodeProtobuf(bytes).object);
    const parsed = await parsedOptions(decodeUtf8(bytes), type);
    const kind = (parsed.value as { kind?: unknown } | null)?.kind;
    if (kind !== undefined && kind !== 'DeleteOptions')
      throw badRequest(`decoded object cannot be converted to DeleteOptions`);
    return fromWire(decodeJson(schema, parsed.value).object);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message);
    throw error;
  }
}

async function parsedOptions(text: string, type: 'json' | 'yaml'): Promise<Parsed> {
  try {
    return type === 'json' ? parseJson(text) : await parseYaml(text);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
}

function optionsFromQuery({ request: { query } }: Scope): DeleteOptions {
  const grace = integerParam(query, 'gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  return fromWire({
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(query.has('orphanDependents') ? { orphanDependents: booleanParam(query, 'orphanDependents') } : {}),
    dryRun: query.getAll('dryRun'),
  });
}

/** D3 */
function problemsOf({ propagationPolicy, orphanDependents }: DeleteOptions): FieldError[] {
  if (propagationPolicy === undefined) return [];
  if (orphanDependents !== undefined) {
    return [
      {
        type: 'FieldValueInvalid',
        field: 'propagationPolicy',
        message: `Invalid value: "${propagationPolicy}": orphanDependents and deletionPropagation cannot be both set`,
      },
    ];
  }
  if (['Foreground', 'Background', 'Orphan'].includes(propagationPolicy)) return [];
  return [
    {
      type: 'FieldValueNotSupported',
      field: 'propagationPolicy',
      message: `Unsupported value: "${propagationPolicy}": supported values: "Foreground", "Background", "Orphan", "nil"`,
    },
  ];
}

// --- the deletion ---------------------------------------------------------------------------------------------------

export interface Removal {
  /** False: the object stays, marked, until its finalizers or its grace period are done. */
  readonly gone: boolean;
  readonly entry: Entry;
}

const attempts = 64;

export async function removeObject(
  scope: Scope,
  options: DeleteOptions,
  namespace: string,
  name: string,
): Promise<Removal> {
  const { core, resource } = scope;
  const key = keyOf(resource, namespace, name);
  await core.objects.refresh();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const entry = core.objects.get(resource, key);
    if (entry === undefined) throw notFound(resource, name);
    const object = entry.parse();
    checkPreconditions(scope, options, object, entry);
    const admitted = {
      scope: scoped(scope, namespace, name),
      operation: 'DELETE' as const,
      object,
      previous: object,
      deleteOptions: options,
    };
    await core.admission.mutate({ ...admitted, dryRun: options.dryRun });
    await core.admission.validate({ ...admitted, dryRun: options.dryRun });
    const removal = await tryRemove(scope, options, entry, object);
    if (removal !== undefined) return removal;
    await core.objects.refresh();
  }
  throw modifiedConflict(resource, name);
}

const scoped = (scope: Scope, namespace: string, name: string): Scope => ({
  ...scope,
  info: { ...scope.info, namespace, name },
});

/** C5 */
function checkPreconditions({ resource }: Scope, options: DeleteOptions, object: KubeObject, entry: Entry): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { name = '', uid: actual = '' } = object.metadata;
  const subject = { group: storedGroup(object), resource: resource.kind };
  if (uid !== undefined && uid !== actual) {
    // A Namespace has a deletion of its own upstream, with words of its own.
    if (resource.kind === 'Namespace') {
      throw conflict(resource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${actual}`);
    }
    throw conflict(
      subject,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${actual}). ` +
        'The object might have been deleted and then recreated',
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== String(entry.revision)) {
    throw conflict(
      subject,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
        `(${entry.revision}). The object might have been modified`,
    );
  }
}

/** Undefined: somebody else wrote in between, look again. */
async function tryRemove(
  scope: Scope,
  options: DeleteOptions,
  entry: Entry,
  object: KubeObject,
): Promise<Removal | undefined> {
  const { core, resource } = scope;
  const isFirst = object.metadata.deletionTimestamp === undefined;
  const next = structuredClone((isFirst && resource.behaviour.beforeDelete?.(object)) || object);
  const grace = graceOf(scope, options, next);
  if (grace === 'pending') return { gone: false, entry };
  const now = core.clock.now();
  if (resource.kind !== 'Event')
    next.metadata.finalizers = finalizersFor(resource, options, next.metadata.finalizers ?? []);
  const held = (next.metadata.finalizers ?? []).length > 0 || isHeldNamespace(scope, next);
  if (grace !== undefined) startGrace(next, grace, now);
  else if (held) markDeleting(scope, next, now);
  const stays = held || (grace ?? 0) > 0;
  if (options.dryRun) return { gone: !stays, entry: core.objects.preview(resource, entry, next) };
  let current = entry;
  // A Pod is marked even when it goes at once, so that its watchers see why.
  if (stays || grace !== undefined) {
    const outcome = await core.objects.replace(resource, entry, next);
    if (!outcome.ok) return undefined;
    current = outcome.entry;
    if (stays) return { gone: false, entry: current };
  }
  const outcome: Stored = await core.objects.remove(resource, current);
  if (!outcome.ok) return undefined;
  await resource.behaviour.deleted?.(object);
  return { gone: true, entry: outcome.entry };
}

interface PodParts {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/**
 * D8: seconds a Pod is given to end; `pending` when an earlier deletion still runs and nothing shorter was asked for;
 * undefined for kinds without grace.
 */
function graceOf({ resource }: Scope, options: DeleteOptions, object: KubeObject): number | 'pending' | undefined {
  if (resource.group !== '' || resource.kind !== 'Pod') return undefined;
  const { deletionTimestamp, deletionGracePeriodSeconds: running } = object.metadata;
  const asked = options.gracePeriodSeconds;
  if (deletionTimestamp !== undefined) {
    if (running === undefined) return 0;
    if (asked === undefined || asked >= running) return running === 0 ? undefined : 'pending';
    return Math.max(asked, 0);
  }
  const { spec, status } = object as PodParts;
  if ((spec?.nodeName ?? '') === '' || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  const seconds = asked ?? spec?.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

function startGrace({ metadata }: KubeObject, grace: number, now: number): void {
  const already = metadata.deletionTimestamp;
  const start = already === undefined ? now : Date.parse(already) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  if (already === undefined && (metadata.generation ?? 0) > 0) metadata.generation = (metadata.generation ?? 0) + 1;
  metadata.deletionTimestamp = timestamp(start + grace * 1000);
  metadata.deletionGracePeriodSeconds = grace;
}

/** D5 */
function markDeleting(scope: Scope, object: KubeObject, now: number): void {
  const { metadata } = object;
  if (scope.resource.behaviour.beforeDelete !== undefined) {
    // A definition is marked by its own hands, without a grace period or a new generation.
    metadata.deletionTimestamp ??= timestamp(now);
    return;
  }
  if (metadata.deletionTimestamp === undefined) {
    metadata.deletionTimestamp = timestamp(now);
    if ((metadata.generation ?? 0) > 0) metadata.generation = (metadata.generation ?? 0) + 1;
  }
  if (!isNamespace(scope)) metadata.deletionGracePeriodSeconds = 0;
  else object['status'] = { ...(object['status'] as object | undefined), phase: 'Terminating' };
}

const isNamespace = ({ resource }: Scope): boolean => resource.group === '' && resource.kind === 'Namespace';

/** D15: spec.finalizers hold a Namespace like metadata.finalizers hold everything. */
function isHeldNamespace(scope: Scope, object: KubeObject): boolean {
  const spec = object['spec'] as { finalizers?: readonly string[] } | undefined;
  return isNamespace(scope) && (spec?.finalizers ?? []).length > 0;
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** D22: what the caller said, else what stands already, else the kind's habit. */
function finalizersFor({ orphansByDefault }: Resource, options: DeleteOptions, current: readonly string[]): string[] {
  const rest = current.filter((finalizer) => finalizer !== orphan && finalizer !== foreground);
  const { orphanDependents, propagationPolicy } = options;
  if (orphanDependents !== undefined) return orphanDependents ? [...rest, orphan] : rest;
  switch (propagationPolicy) {
    case 'Orphan':
      return [...rest, orphan];
    case 'Foreground':
      return [...rest, foreground];
    case 'Background':
      return rest;
    default:
      return orphansByDefault && rest.length === current.length ? [...rest, orphan] : [...current];
  }
}
