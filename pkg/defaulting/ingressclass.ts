/** IngressClasses. */
import type { IngressClass } from '../api/workloads.ts';
import { fill, inside } from './fill.ts';

export const defaultIngressClass = (object: IngressClass): IngressClass =>
  inside(object, 'spec', (spec) => inside(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' })));
