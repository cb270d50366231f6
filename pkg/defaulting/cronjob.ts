/** CronJobs. The Job inside is completed when it is made. */
import type { CronJob } from '../api/workloads.ts';
import { fill, fillZero } from './fill.ts';
import { defaultJobTemplate, type JobSpec } from './job.ts';
import { withSpec } from './workload.ts';

type Spec = NonNullable<CronJob['spec']>;

export const defaultCronJob = (object: CronJob): CronJob =>
  withSpec<Spec, CronJob>(object, (given) => {
    const spec = fill(fillZero(given, { concurrencyPolicy: 'Allow' }), {
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    const before: JobSpec = spec.jobTemplate?.spec ?? { template: {} };
    const job = defaultJobTemplate(before);
    return job === spec.jobTemplate?.spec ? spec : { ...spec, jobTemplate: { ...spec.jobTemplate, spec: job } };
  });
