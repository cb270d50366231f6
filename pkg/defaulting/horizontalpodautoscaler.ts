/** HorizontalPodAutoscalers: half of the CPU that was asked for, and a pace when any pace is given. */
import type { HorizontalPodAutoscaler } from '../api/workloads.ts';
import { fill, inside } from './fill.ts';
import { withSpec } from './workload.ts';

type Spec = NonNullable<HorizontalPodAutoscaler['spec']>;
type Behavior = NonNullable<Spec['behavior']>;
type Rules = NonNullable<Behavior['scaleUp']>;

const periodSeconds = 15;
const all = { type: 'Percent', value: 100, periodSeconds };
const scaleUp: Rules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [{ type: 'Pods', value: 4, periodSeconds }, all],
};
/** How long to wait before scaling down is up to the controller. */
const scaleDown: Rules = { selectPolicy: 'Max', policies: [all] };

export const defaultHorizontalPodAutoscaler = (object: HorizontalPodAutoscaler): HorizontalPodAutoscaler =>
  withSpec<Spec, HorizontalPodAutoscaler>(object, (given) => {
    let spec = fill(given, { minReplicas: 1 });
    if ((spec.metrics ?? []).length === 0) {
      const target = { type: 'Utilization', averageUtilization: 80 };
      spec = { ...spec, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] };
    }
    return inside(spec, 'behavior', defaultBehavior);
  });

function defaultBehavior(given: Behavior): Behavior {
  const behavior = fill(given, { scaleUp: {}, scaleDown: {} });
  return inside(
    inside(behavior, 'scaleUp', (rules) => fill(rules, scaleUp)),
    'scaleDown',
    (rules) => fill(rules, scaleDown),
  );
}
