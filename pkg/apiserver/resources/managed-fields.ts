/** M34: every ordinary write records which fields its manager set. */
import { customResetFields, resetFieldsOf, updateManagedFields, type FieldSet } from '../../patch/index.ts';
import type { KubeObject } from '../../api/types.ts';
import type { WriteParams } from './options.ts';
import { apiVersionOf, timestamp, type Scope } from './scope.ts';

export function recordUpdate(
  scope: Scope,
  params: WriteParams,
  live: KubeObject | undefined,
  next: KubeObject,
): KubeObject {
  return updateManagedFields({
    type: scope.version.schema,
    liveObject: live,
    newObject: next,
    manager: params.fieldManager,
    apiVersion: apiVersionOf(scope),
    now: timestamp(scope.core.clock.now()),
    subresource: scope.info.subresource,
    ...trackingOf(scope),
  }) as KubeObject;
}

/** M38, M39: what this endpoint does not write, and whose records in other versions of the kind are kept. */
export function trackingOf(scope: Scope): { resetFields: FieldSet; otherVersions: readonly string[] } {
  const { resource, version, info } = scope;
  const others = resource.versions.filter((other) => other !== version);
  const otherVersions = others.map((other) =>
    resource.group === '' ? other.version : `${resource.group}/${other.version}`,
  );
  if (resource.custom !== true)
    return { resetFields: resetFieldsOf(apiVersionOf(scope), resource.kind, info.subresource), otherVersions };
  const hasStatus = version.subresources.some(({ name }) => name === 'status');
  return { resetFields: customResetFields(hasStatus, info.subresource), otherVersions };
}
