/** A write to a Job's status: counts, and ends that stay ends. */
import type { FieldError } from '../../api/field-error.ts';
import type { Job } from '../../api/workloads.ts';
import { validateCounts } from '../counts.ts';
import { invalid } from '../errors.ts';
import { validateObjectMetaUpdate } from '../metadata/object-meta.ts';

const isTrue = ({ status }: Job, type: string): boolean =>
  (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');

const refuse = (detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: 'status.conditions',
  message: `Invalid value: ${detail}`,
});

export function validateJobStatusUpdate(next: Job, previous: Job): FieldError[] {
  const after = next.status ?? {};
  const { failed: failedBefore = 0, succeeded: succeededBefore = 0 } = previous.status ?? {};
  const { failed = 0, succeeded = 0, active = 0, ready } = after;
  const { completionMode, completions, parallelism } = next.spec ?? {};
  const elastic = completionMode === 'Indexed' && completions === parallelism;
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateCounts(after, 'status', 'active', 'succeeded', 'failed', 'ready', 'terminating'),
    ...validateEnds(next),
    ...(ready !== undefined && ready > active && ready !== previous.status?.ready
      ? [invalid('status.ready', ready, 'cannot set more ready pods than active')]
      : []),
    ...['Failed', 'Complete', 'FailureTarget'].flatMap((type) =>
      isTrue(previous, type) && !isTrue(next, type)
        ? [refuse(`cannot disable the terminal ${type}=True condition`)]
        : [],
    ),
    ...(failed < failedBefore ? [invalid('status.failed', failed, 'cannot decrease the failed counter')] : []),
    ...(succeeded < succeededBefore && !elastic
      ? [invalid('status.succeeded', succeeded, 'cannot decrease the succeeded counter')]
      : []),
  ];
}

function validateEnds(job: Job): FieldError[] {
  const [complete, failed] = [isTrue(job, 'Complete'), isTrue(job, 'Failed')];
  const [failing, succeeding] = [isTrue(job, 'FailureTarget'), isTrue(job, 'SuccessCriteriaMet')];
  return [
    ...(complete && failed ? [refuse('cannot set Complete=True and Failed=true conditions')] : []),
    ...(complete && failing ? [refuse('cannot set Complete=True and FailureTarget=true conditions')] : []),
    ...(succeeding && failed ? [refuse('cannot set SuccessCriteriaMet=True and Failed=true conditions')] : []),
    ...(succeeding && failing ? [refuse('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')] : []),
  ];
}
