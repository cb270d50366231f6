/** Bodies of subresources that are kinds of their own: webhooks and policies see them as they came. */
import type { KubeObject } from '../../../api/types.ts';
import type { WriteParams } from '../options.ts';
import type { Scope } from '../scope.ts';

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Throws what refuses it. */
export async function admitBody(
  scope: Scope,
  { dryRun }: WriteParams,
  { group, version, kind }: Kind,
  object: KubeObject,
): Promise<void> {
  const attributes = { scope, operation: 'CREATE' as const, dryRun, kind: { group, version, kind }, object };
  const { admission } = scope.core;
  const admitted = await admission.mutate(attributes);
  Object.assign(object, admitted);
  await admission.validate({ ...attributes, object });
}
