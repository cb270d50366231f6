/** Pods and whatever makes them. */
import type { Pod } from '../api/types.ts';
import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  PodTemplate,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../api/workloads.ts';
import { validateControllerRevision, validateControllerRevisionUpdate } from './apps/controllerrevision.ts';
import { validateDaemonSet, validateDaemonSetStatusUpdate, validateDaemonSetUpdate } from './apps/daemonset.ts';
import { validateDeployment, validateDeploymentStatusUpdate, validateDeploymentUpdate } from './apps/deployment.ts';
import { validateReplicaSet, validateReplicaSetStatusUpdate, validateReplicaSetUpdate } from './apps/replicaset.ts';
import { validateStatefulSet, validateStatefulSetStatusUpdate, validateStatefulSetUpdate } from './apps/statefulset.ts';
import { validateCronJob, validateCronJobUpdate } from './batch/cronjob.ts';
import { validateJobStatusUpdate } from './batch/job-status.ts';
import { validateJob, validateJobUpdate } from './batch/job.ts';
import { validateEphemeralUpdate } from './core/pod/ephemeral-update.ts';
import { validateResize } from './core/pod/resize.ts';
import { validatePod } from './core/pod/pod.ts';
import { podStatusWarnings, validatePodStatusUpdate } from './core/pod/status.ts';
import { validatePodTemplate, validatePodTemplateUpdate } from './core/pod/template.ts';
import { validatePodUpdate } from './core/pod/update.ts';
import { nameWarnings, podWarnings, podTemplateWarnings } from './core/pod/warnings.ts';
import {
  validateReplicationController,
  validateReplicationControllerStatusUpdate,
  validateReplicationControllerUpdate,
} from './core/replicationcontroller.ts';
import { sameValue } from './equal.ts';
import { type KindRules, rules } from './rules.ts';

interface Templated {
  readonly spec?: { readonly template?: Parameters<typeof podTemplateWarnings>[0] };
}

/** Advice on a template is given when the spec changes. */
function templateWarnings(object: Templated, previous: Templated | undefined): string[] {
  if (previous !== undefined && sameValue(object.spec, previous.spec)) return [];
  return podTemplateWarnings(object.spec?.template, 'spec.template.');
}

/** As above, and on the name, which the Pods inherit. */
const namedWarnings = (object: Deployment | ReplicaSet | Job, previous: Templated | undefined): string[] => [
  ...(previous === undefined ? nameWarnings(object.metadata) : []),
  ...templateWarnings(object, previous),
];

function statefulSetWarnings(object: StatefulSet, previous: StatefulSet | undefined): string[] {
  const limit = object.spec?.revisionHistoryLimit ?? 0;
  const advice = 'a negative value retains all historical revisions; a value >= 0 is recommended';
  return [...templateWarnings(object, previous), ...(limit < 0 ? [`spec.revisionHistoryLimit: ${advice}`] : [])];
}

function cronJobWarnings(object: CronJob, previous: CronJob | undefined): string[] {
  if (previous !== undefined && sameValue(object.spec, previous.spec)) return [];
  return [
    ...(previous === undefined ? nameWarnings(object.metadata) : []),
    ...podTemplateWarnings(object.spec?.jobTemplate?.spec?.template, 'spec.jobTemplate.spec.template.'),
  ];
}

/** `group/Kind` → rules. */
export const workloadRules: readonly [string, KindRules][] = [
  [
    '/Pod',
    rules<Pod>({
      namespaced: true,
      create: validatePod,
      update: validatePodUpdate,
      subresources: {
        status: validatePodStatusUpdate,
        ephemeralcontainers: validateEphemeralUpdate,
        resize: validateResize,
      },
      warnings: podWarnings,
      statusWarnings: podStatusWarnings,
    }),
  ],
  [
    '/PodTemplate',
    rules<PodTemplate>({
      namespaced: true,
      create: validatePodTemplate,
      update: validatePodTemplateUpdate,
      warnings: (object, previous) =>
        sameValue(object.template, previous?.template) ? [] : podTemplateWarnings(object.template, 'template.'),
    }),
  ],
  [
    '/ReplicationController',
    rules<ReplicationController>({
      namespaced: true,
      create: validateReplicationController,
      update: validateReplicationControllerUpdate,
      subresources: { status: validateReplicationControllerStatusUpdate },
      warnings: (object, previous) => [
        ...(previous === undefined ? nameWarnings(object.metadata) : []),
        ...templateWarnings(object, previous),
      ],
    }),
  ],
  [
    'apps/Deployment',
    rules<Deployment>({
      namespaced: true,
      create: validateDeployment,
      update: validateDeploymentUpdate,
      subresources: { status: validateDeploymentStatusUpdate },
      warnings: namedWarnings,
    }),
  ],
  [
    'apps/ReplicaSet',
    rules<ReplicaSet>({
      namespaced: true,
      create: validateReplicaSet,
      update: validateReplicaSetUpdate,
      subresources: { status: validateReplicaSetStatusUpdate },
      warnings: namedWarnings,
    }),
  ],
  [
    'apps/StatefulSet',
    rules<StatefulSet>({
      namespaced: true,
      create: validateStatefulSet,
      update: validateStatefulSetUpdate,
      subresources: { status: validateStatefulSetStatusUpdate },
      warnings: statefulSetWarnings,
    }),
  ],
  [
    'apps/DaemonSet',
    rules<DaemonSet>({
      namespaced: true,
      create: validateDaemonSet,
      update: validateDaemonSetUpdate,
      subresources: { status: validateDaemonSetStatusUpdate },
      warnings: templateWarnings,
    }),
  ],
  [
    'apps/ControllerRevision',
    rules<ControllerRevision>({
      namespaced: true,
      create: validateControllerRevision,
      update: validateControllerRevisionUpdate,
    }),
  ],
  [
    'batch/Job',
    rules<Job>({
      namespaced: true,
      create: validateJob,
      update: validateJobUpdate,
      subresources: { status: validateJobStatusUpdate },
      warnings: namedWarnings,
    }),
  ],
  [
    'batch/CronJob',
    rules<CronJob>({
      namespaced: true,
      create: validateCronJob,
      update: validateCronJobUpdate,
      warnings: cronJobWarnings,
    }),
  ],
];
