/** Rows of what runs Pods: Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob and their relatives. */
import type { KubeObject } from '../../api/types.ts';
import type { Column, TableColumns } from '../registry/resource.ts';
import { age, humanDuration } from './age.ts';
import { ageColumn, column, nameColumn } from './default-columns.ts';
import { containerCells, formatLabels, formatSelector } from './labels.ts';
import { at, count, list, scalar, text } from './read.ts';

const integer = (name: string, description: string): Column => ({ ...column(name, description), type: 'integer' });
const wide: readonly Column[] = [
  column('Containers', 'Names of the containers.', 1),
  column('Images', 'Images of the containers.', 1),
  column('Selector', 'Which Pods belong to it.', 1),
];

const template = (object: KubeObject): unknown => at(object, 'spec', 'template');
const born = ({ metadata }: KubeObject, now: number): string => age(metadata.creationTimestamp, now);
const wideCells = (object: KubeObject): readonly string[] => [
  ...containerCells(template(object)),
  formatSelector(at(object, 'spec', 'selector')),
];

export const deploymentColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Ready', 'Replicas that are ready, of all wanted.'),
    column('Up-to-date', 'Replicas of the newest template.'),
    column('Available', 'Replicas ready for long enough.'),
    ageColumn,
    ...wide,
  ],
  cells: (object, now) => [
    object.metadata.name,
    `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`,
    count(object, 'status', 'updatedReplicas'),
    count(object, 'status', 'availableReplicas'),
    born(object, now),
    ...wideCells(object),
  ],
};

const replicaColumns: readonly Column[] = [
  nameColumn,
  integer('Desired', 'Replicas wanted.'),
  integer('Current', 'Replicas that exist.'),
  integer('Ready', 'Replicas that are ready.'),
  ageColumn,
  ...wide,
];

const replicaCells = (object: KubeObject, now: number): readonly unknown[] => [
  object.metadata.name,
  count(object, 'spec', 'replicas'),
  count(object, 'status', 'replicas'),
  count(object, 'status', 'readyReplicas'),
  born(object, now),
];

export const replicaSetColumns: TableColumns = {
  columns: replicaColumns,
  cells: (object, now) => [...replicaCells(object, now), ...wideCells(object)],
};

export const replicationControllerColumns: TableColumns = {
  columns: replicaColumns,
  cells: (object, now) => [
    ...replicaCells(object, now),
    ...containerCells(template(object)),
    formatLabels(at(object, 'spec', 'selector')),
  ],
};

export const statefulSetColumns: TableColumns = {
  columns: [nameColumn, column('Ready', 'Replicas that are ready, of all wanted.'), ageColumn, ...wide.slice(0, 2)],
  cells: (object, now) => [
    object.metadata.name,
    `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`,
    born(object, now),
    ...containerCells(template(object)),
  ],
};

export const daemonSetColumns: TableColumns = {
  columns: [
    nameColumn,
    integer('Desired', 'Nodes that should run it.'),
    integer('Current', 'Nodes that do.'),
    integer('Ready', 'Nodes on which it is ready.'),
    integer('Up-to-date', 'Nodes with the newest template.'),
    integer('Available', 'Nodes on which it is ready for long enough.'),
    column('Node Selector', 'Which nodes run it.'),
    ageColumn,
    ...wide,
  ],
  cells: (object, now) => [
    object.metadata.name,
    count(object, 'status', 'desiredNumberScheduled'),
    count(object, 'status', 'currentNumberScheduled'),
    count(object, 'status', 'numberReady'),
    count(object, 'status', 'updatedNumberScheduled'),
    count(object, 'status', 'numberAvailable'),
    formatLabels(at(template(object), 'spec', 'nodeSelector')),
    born(object, now),
    ...wideCells(object),
  ],
};

export const jobColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Status', 'How far the Job is.'),
    column('Completions', 'Pods that succeeded, of all needed.'),
    column('Duration', 'How long it has run, or ran.'),
    ageColumn,
    ...wide,
  ],
  cells: (job, now) => [
    job.metadata.name,
    jobStatus(job),
    completions(job),
    runTime(job, now),
    born(job, now),
    ...wideCells(job),
  ],
};

function completions(job: KubeObject): string {
  const succeeded = count(job, 'status', 'succeeded');
  const wanted = at(job, 'spec', 'completions');
  if (typeof wanted === 'number') return `${succeeded}/${wanted}`;
  const parallelism = count(job, 'spec', 'parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function runTime(job: KubeObject, now: number): string {
  const start = text(job, ['status', 'startTime']);
  if (start === '') return '';
  const end = text(job, ['status', 'completionTime']);
  return humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
}

function jobStatus(job: KubeObject): string {
  const has = (type: string): boolean =>
    list(job, 'status', 'conditions').some((condition) => condition['type'] === type && condition['status'] === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

export const cronJobColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Schedule', 'When it runs, in cron form.'),
    column('Timezone', 'Zone of the schedule.'),
    { ...column('Suspend', 'Whether it is held.'), type: 'boolean' },
    integer('Active', 'Jobs running now.'),
    column('Last Schedule', 'When it ran last.'),
    ageColumn,
    ...wide,
  ],
  cells(cron, now) {
    const last = text(cron, ['status', 'lastScheduleTime']);
    const suspend = at(cron, 'spec', 'suspend');
    return [
      cron.metadata.name,
      text(cron, ['spec', 'schedule']),
      text(cron, ['spec', 'timeZone'], '<none>'),
      suspend === undefined ? '<unset>' : suspend === true ? 'True' : 'False',
      list(cron, 'status', 'active').length,
      last === '' ? '<none>' : age(last, now),
      born(cron, now),
      ...containerCells(at(cron, 'spec', 'jobTemplate', 'spec', 'template')),
      formatSelector(at(cron, 'spec', 'jobTemplate', 'spec', 'selector')),
    ];
  },
};

export const controllerRevisionColumns: TableColumns = {
  columns: [nameColumn, column('Controller', 'Who made it.'), column('Revision', 'Its number.'), ageColumn],
  cells: (revision, now) => [
    revision.metadata.name,
    controllerOf(revision),
    count(revision, 'revision'),
    born(revision, now),
  ],
};

function controllerOf({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return '<none>';
  const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}

export const podTemplateColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Containers', 'Names of the containers.'),
    column('Images', 'Images of the containers.'),
    column('Pod Labels', 'Labels of the Pods.'),
  ],
  cells: (object) => [
    object.metadata.name,
    ...containerCells(at(object, 'template')),
    formatLabels(at(object, 'template', 'metadata', 'labels')),
  ],
};

export const disruptionBudgetColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Min Available', 'Pods that must stay.'),
    column('Max Unavailable', 'Pods that may be missing.'),
    integer('Allowed Disruptions', 'Evictions possible now.'),
    ageColumn,
  ],
  cells: (budget, now) => [
    budget.metadata.name,
    scalar(budget, ['spec', 'minAvailable'], 'N/A'),
    scalar(budget, ['spec', 'maxUnavailable'], 'N/A'),
    count(budget, 'status', 'disruptionsAllowed'),
    born(budget, now),
  ],
};
