/**
 * What the API server asks about a kind. One row a kind in the registry; kinds without a row (custom resources) get
 * the generic metadata rules only.
 */
import type { FieldError } from '../api/field-error.ts';
import type { KubeObject } from '../api/types.ts';
import type { ValidationContext } from './context.ts';

export interface KindRules<T extends KubeObject = KubeObject> {
  readonly namespaced: boolean;
  /** A complete, defaulted object before its first write. */
  create(object: T, context: ValidationContext): FieldError[];
  /** A write to the main resource; both objects complete, metadata carried over. */
  update(next: T, previous: T, context: ValidationContext): FieldError[];
  /** Writes to subresources: `status`, `finalize`. Absent: metadata rules only. */
  readonly subresources?: Readonly<Record<string, (next: T, previous: T, context: ValidationContext) => FieldError[]>>;
  /** Advice on an accepted write; `previous` is absent on create. */
  warnings?(object: T, previous: T | undefined): string[];
  /** Advice on an accepted write to `…/status`. */
  statusWarnings?(object: T): string[];
}

/** Keeps the kind's own type inside its functions and hides it from the table. */
export function rules<T extends KubeObject>(kind: KindRules<T>): KindRules {
  return kind as unknown as KindRules;
}
