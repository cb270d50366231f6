export { advanceSettled, promisesSettled } from './advance-settled.ts';
export type { Clock, Timer } from './clock.ts';
export { Condition } from './condition.ts';
export { Deadline, DeadlineError } from './deadline.ts';
export { sleep } from './sleep.ts';
export { systemClock } from './system-clock.ts';
export { VirtualClock } from './virtual-clock.ts';
