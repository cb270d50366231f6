/** PriorityClasses. */
import type { PriorityClass } from '../api/workloads.ts';
import { fill } from './fill.ts';

export const defaultPriorityClass = (object: PriorityClass): PriorityClass =>
  fill(object, { preemptionPolicy: 'PreemptLowerPriority' });
