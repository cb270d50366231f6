/** Hooks of Pods and whatever makes them. */
import type { Pod } from '../api/types.ts';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  PodTemplate,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../api/workloads.ts';
import { defaultCronJob } from './cronjob.ts';
import {
  defaultDaemonSet,
  prepareDaemonSetForCreate,
  prepareDaemonSetForUpdate,
  prepareDaemonSetStatusUpdate,
} from './daemonset.ts';
import { defaultDeployment } from './deployment.ts';
import { defaultJob, prepareJobForCreate } from './job.ts';
import { prepareEphemeralUpdate, prepareResize } from './pod-parts.ts';
import { preparePodForCreate, preparePodForUpdate, preparePodStatusUpdate } from './pod-strategy.ts';
import { defaultPod } from './pod.ts';
import { defaultReplicaSet } from './replicaset.ts';
import { defaultReplicationController } from './replicationcontroller.ts';
import { defaultStatefulSet } from './statefulset.ts';
import { type Strategy, strategy } from './strategy.ts';
import { specAndStatus, withTemplate } from './workload.ts';

export const workloadStrategies: readonly (readonly [string, Strategy])[] = [
  [
    '/Pod',
    strategy<Pod>({
      default: defaultPod,
      prepareCreate: preparePodForCreate,
      prepareUpdate: preparePodForUpdate,
      subresources: {
        status: preparePodStatusUpdate,
        ephemeralcontainers: prepareEphemeralUpdate,
        resize: prepareResize,
      },
    }),
  ],
  ['/PodTemplate', strategy<PodTemplate>({ default: withTemplate })],
  [
    '/ReplicationController',
    strategy<ReplicationController>({ default: defaultReplicationController, ...specAndStatus() }),
  ],
  ['apps/Deployment', strategy<Deployment>({ default: defaultDeployment, ...specAndStatus() })],
  ['apps/ReplicaSet', strategy<ReplicaSet>({ default: defaultReplicaSet, ...specAndStatus() })],
  ['apps/StatefulSet', strategy<StatefulSet>({ default: defaultStatefulSet, ...specAndStatus() })],
  [
    'apps/DaemonSet',
    strategy<DaemonSet>({
      default: defaultDaemonSet,
      prepareCreate: prepareDaemonSetForCreate,
      prepareUpdate: prepareDaemonSetForUpdate,
      subresources: { status: prepareDaemonSetStatusUpdate },
    }),
  ],
  ['batch/Job', strategy<Job>({ default: defaultJob, ...specAndStatus(), prepareCreate: prepareJobForCreate })],
  ['batch/CronJob', strategy<CronJob>({ default: defaultCronJob, ...specAndStatus() })],
];
