/** Server-side apply as the API server calls it (M30 to M33, M37). */
import { badRequest, type StatusError } from '../../api/status.ts';
import { unmapped } from '../json/errors.ts';
import { goKind } from '../json/json-patch-operation.ts';
import { isList, isObject, objectAt, stringAt, type JsonObject } from '../json/json-object.ts';
import { ListKeyError } from '../typed/list-key.ts';
import { describeFindings, validate } from '../typed/validate.ts';
import { zeroObject } from '../typed/zero.ts';
import { applyConfiguration, type Applied } from './apply.ts';
import { conflictsBeyond, type Conflict } from './conflicts.ts';
import { clientSideManager, lastAppliedFields, refreshLastApplied } from './last-applied.ts';
import { ManagedFieldsError, parseManagedFields, type ManagedFields } from './managed-fields.ts';
import { entriesOf, withManagedFields, withoutManagedFields } from './managed-object.ts';
import { recordUpdate } from './record-update.ts';
import { writeContext, type WriteContext, type WriteRequest } from './write-context.ts';

export interface ApplyRequest extends WriteRequest {
  /** Kind of the resource, which the applied object has to name, like the version. */
  readonly kind: string;
  /** What is stored, canonical; `undefined` when the apply creates. */
  readonly live: JsonObject | undefined;
  /** The body as the client sent it: no defaults, nothing pruned. */
  readonly applied: unknown;
  readonly force: boolean;
}

/** The object to store, not yet defaulted or canonical, or who stands in the way (see `conflictError`). */
export type ApplyResult = { readonly object: JsonObject } | { readonly conflicts: readonly Conflict[] };

/**
 * Merges the applied object into the live one. Throws a StatusError: 400 for another kind or version and for managed
 * fields in the body, 500 without a reason where the body does not fit the schema, which upstream maps to nothing.
 */
export function applyServerSide(request: ApplyRequest): ApplyResult {
  const applied = checkApplied(request);
  const { kind, apiVersion, manager } = request;
  const context = writeContext(request);
  const live = request.live ?? { kind, apiVersion, ...zeroObject(request.type) };
  const bare = withoutManagedFields(live);
  return explainKeys('failed to merge config', () => {
    const result = applyOrUpgrade(request, context, bare, applied, ownersBefore(context, live, bare));
    if ('conflicts' in result) return result;
    const object = manager === clientSideManager ? refreshLastApplied(result.object, applied) : result.object;
    return { object: withManagedFields(object, result.owners) };
  });
}

function checkApplied({ type, kind, apiVersion, applied: body }: ApplyRequest): JsonObject {
  const applied = body ?? {};
  if (!isObject(applied)) throw undecodable(applied);
  const given = { apiVersion: stringAt(applied, 'apiVersion'), kind: stringAt(applied, 'kind') };
  if (given.apiVersion !== apiVersion || given.kind !== kind) {
    throw badRequest(`invalid object type: ${printKind(given.apiVersion, given.kind)}`);
  }
  if (isList(entriesOf(applied))) throw badRequest('metadata.managedFields must be nil');
  const findings = validate(type, applied);
  if (findings.length === 0) return applied;
  const metadata = objectAt(applied, 'metadata');
  const name = `${stringAt(metadata, 'namespace')}/${stringAt(metadata, 'name')}`;
  throw unmapped(
    `failed to create typed patch object (${name}; ${printKind(apiVersion, kind)}): ${describeFindings(findings)}`,
  );
}

const undecodable = (body: unknown): StatusError =>
  badRequest(
    'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ' +
      `${goKind(body)} into Go value of type map[string]interface {}`,
  );

/** `/v1, Kind=Service`, `apps/v1, Kind=Deployment`; nothing but the words when the version is no version. */
function printKind(apiVersion: string, kind: string): string {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return '/, Kind=';
  return `${parts.length === 1 ? '/' : ''}${apiVersion}, Kind=${kind}`;
}

/** M37: on an object without any record, what is there belongs to `before-first-apply`. */
function ownersBefore(context: WriteContext, live: JsonObject, bare: JsonObject): ManagedFields {
  const owners = parseOwners(live);
  if (owners.size > 0) return owners;
  return explainKeys('failed to create manager for existing fields', () =>
    recordUpdate(context, zeroObject(context.type), bare, owners, 'before-first-apply'),
  );
}

function parseOwners(live: JsonObject): ManagedFields {
  try {
    return parseManagedFields(entriesOf(live));
  } catch (error) {
    if (error instanceof ManagedFieldsError) throw unmapped(`failed to decode managed fields: ${error.message}`);
    throw error;
  }
}

function applyOrUpgrade(
  { kind, manager, force }: ApplyRequest,
  context: WriteContext,
  live: JsonObject,
  applied: JsonObject,
  owners: ManagedFields,
): Applied {
  const result = applyConfiguration(context, live, applied, owners, manager, force);
  if (!('conflicts' in result) || manager !== clientSideManager) return result;
  const allowed = lastAppliedFields(context.type, live, context.apiVersion, kind);
  if (allowed === undefined) return result;
  const conflicts = conflictsBeyond(result.conflicts, allowed);
  return conflicts.length > 0 ? { conflicts } : applyConfiguration(context, live, applied, owners, manager, true);
}

/** A live list whose elements have no keys cannot be merged with anything; upstream answers 500. */
function explainKeys<Result>(context: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof ListKeyError) throw unmapped(`${context}: ${error.message}`);
    throw error;
  }
}
