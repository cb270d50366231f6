/** What every write to an object tells about itself. */
import type { Type } from '../../api/schema/types.ts';
import { noFields, type FieldSet } from '../fields/field-set.ts';
import type { ManagerId, Operation } from './manager-id.ts';

export interface WriteRequest {
  readonly type: Type;
  /** Version of the request. */
  readonly apiVersion: string;
  /** `''` counts as `unknown`. */
  readonly manager: string;
  /** `''`, the default, for the main resource. */
  readonly subresource?: string;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  /** M38: what this endpoint does not write, see `resetFieldsOf`. Nothing when absent. */
  readonly resetFields?: FieldSet;
  /** Other versions of this kind whose entries are kept; all others are forgotten (M39). None when absent. */
  readonly otherVersions?: readonly string[];
}

export interface WriteContext {
  readonly type: Type;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly now: string;
  readonly resetFields: FieldSet;
  readonly servedVersions: ReadonlySet<string>;
}

export const writeContext = (request: WriteRequest): WriteContext => ({
  type: request.type,
  apiVersion: request.apiVersion,
  subresource: request.subresource ?? '',
  now: request.now,
  resetFields: request.resetFields ?? noFields,
  servedVersions: new Set([request.apiVersion, ...(request.otherVersions ?? [])]),
});

export const managerId = (
  { apiVersion, subresource }: WriteContext,
  manager: string,
  operation: Operation,
): ManagerId => ({ manager: manager === '' ? 'unknown' : manager, operation, apiVersion, subresource });
