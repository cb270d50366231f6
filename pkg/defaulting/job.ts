/** Jobs. The server selects a Job's Pods by its uid unless the client wants to do that by hand. */
import type { Job } from '../api/workloads.ts';
import { each, fill, fillZero, inside, without } from './fill.ts';
import { withSpec, withTemplate } from './workload.ts';

export type JobSpec = NonNullable<Job['spec']>;

const mostRetries = 2_147_483_647;
const uidLabel = 'batch.kubernetes.io/controller-uid';
const isEmpty = (map: object | undefined): boolean => Object.keys(map ?? {}).length === 0;

export function defaultJob(object: Job): Job {
  const result = withSpec<JobSpec, Job>(object, defaultJobSpec);
  const labels = result.spec?.template?.metadata?.labels;
  if (labels === undefined || !isEmpty(result.metadata.labels)) return result;
  return { ...result, metadata: { ...result.metadata, labels } };
}

function defaultJobSpec(given: JobSpec): JobSpec {
  const alone = given.completions === undefined && given.parallelism === undefined;
  const spec = fill<JobSpec>(given, {
    ...(alone ? { completions: 1 } : {}),
    parallelism: 1,
    backoffLimit: given.backoffLimitPerIndex === undefined ? 6 : mostRetries,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: given.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
  return defaultJobTemplate(spec);
}

/** What also holds for the template of a Job inside a CronJob. */
export const defaultJobTemplate = (spec: JobSpec): JobSpec =>
  inside(withTemplate(spec), 'podFailurePolicy', (policy) =>
    inside(policy, 'rules', (rules) =>
      each(rules, (rule) =>
        inside(rule, 'onPodConditions', (patterns) =>
          each(patterns, (pattern) => fillZero(pattern, { status: 'True' })),
        ),
      ),
    ),
  );

/** Labels the client has set stay as they are; where they are wrong, validation says so. */
export function prepareJobForCreate(given: Job): Job {
  const job = without(given, 'status');
  const { spec, metadata } = job;
  if (spec === undefined || spec.manualSelector === true) return job;
  const { name = '', uid = '' } = metadata;
  const template = spec.template ?? {};
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
    ...template.metadata?.labels,
  };
  const matchLabels = { [uidLabel]: uid, ...spec.selector?.matchLabels };
  // Labels that were taken from the template, or would be on the next read: what is added there shows here.
  const shared = isEmpty(metadata.labels) || metadata.labels === template.metadata?.labels;
  return {
    ...job,
    ...(shared ? { metadata: { ...metadata, labels } } : {}),
    spec: {
      ...spec,
      selector: { ...spec.selector, matchLabels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
