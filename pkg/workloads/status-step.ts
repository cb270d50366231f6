import type { ResourceType } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import { preconditionOf, type UpdateStep } from '../steps/index.ts';
import { sameJson } from './same-json.ts';

/** Fields that the server leaves out when they are zero, so that zero and absent are the same. */
function withoutZeros(status: object): object {
  return Object.fromEntries(
    Object.entries(status).filter(([, value]) => value !== 0 && !(Array.isArray(value) && value.length === 0)),
  );
}

/** The write that makes the object's status this one, over what others have put there; none when it is so already. */
export function statusSteps<Because extends string>(
  resource: ResourceType,
  object: KubeObject,
  status: object,
  because: Because,
): UpdateStep<KubeObject, Because>[] {
  const current: object = object['status'] ?? {};
  const next = { ...current, ...status };
  if (sameJson(withoutZeros(current), withoutZeros(next))) return [];
  return [
    {
      kind: 'update',
      subresource: 'status',
      resource,
      object: { ...object, status: next },
      precondition: preconditionOf(object),
      because,
      chain: `${object.metadata.name ?? ''}/status`,
    },
  ];
}
