/** M34: every ordinary write records which fields its manager set. */
import { resetFieldsOf, updateManagedFields } from '../../patch/index.ts';
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
    otherVersions: otherVersionsOf(scope),
    resetFields: resetFieldsOf(apiVersionOf(scope), scope.resource.kind, scope.info.subresource),
  }) as KubeObject;
}

/** M39: who wrote through another version of the kind keeps what is theirs. */
export function otherVersionsOf({ resource, version }: Scope): string[] {
  const others = resource.versions.filter((other) => other !== version);
  return others.map((other) => (resource.group === '' ? other.version : `${resource.group}/${other.version}`));
}
