/** Deployments replace a quarter of their Pods at a time. */
import type { Deployment } from '../api/workloads.ts';
import { fill, fillZero, inside } from './fill.ts';
import { withSpec, withTemplate } from './workload.ts';

type Spec = NonNullable<Deployment['spec']>;

const quarter = '25%';

export const defaultDeployment = (object: Deployment): Deployment =>
  withSpec<Spec, Deployment>(object, (given) => {
    const spec = fill(given, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} });
    return withTemplate(inside(spec, 'strategy', defaultStrategy));
  });

function defaultStrategy(given: NonNullable<Spec['strategy']>): NonNullable<Spec['strategy']> {
  const strategy = fillZero(given, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return strategy;
  return inside(fill(strategy, { rollingUpdate: {} }), 'rollingUpdate', (update) =>
    fill(update, { maxUnavailable: quarter, maxSurge: quarter }),
  );
}
