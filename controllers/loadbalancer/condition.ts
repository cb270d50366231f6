/** The condition in which a Service is told what came of its wish for an address (L51). */
import type { KubeObject } from '../../pkg/api/types.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

export const conditionType = 'fairlead.dev/LoadBalancerAddress';

export function conditionsOf(object: KubeObject): readonly Condition[] {
  return (object['status'] as { conditions?: readonly Condition[] } | undefined)?.conditions ?? [];
}

/** The one that the controller left at its last look. */
export const conditionOf = (service: KubeObject): Condition | undefined =>
  conditionsOf(service).find(({ type }) => type === conditionType);
