/** T4: a Pod's row, above all its status in one word. */
import type { KubeObject } from '../../api/types.ts';
import type { TableColumns } from '../registry/resource.ts';
import { age } from './age.ts';
import { ageColumn, column, nameColumn } from './default-columns.ts';
import { at, count, list, text, type Json } from './read.ts';

export const podColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Ready', 'Containers that are ready, of all that should be.'),
    column('Status', 'What the Pod is doing, or why it is not.'),
    column('Restarts', 'How often containers were started again, and when last.'),
    ageColumn,
    column('IP', 'Address of the Pod.', 1),
    column('Node', 'Node on which it runs.', 1),
    column('Nominated Node', 'Node on which room is being made for it.', 1),
    column('Readiness Gates', 'Gates that are open, of all it has.', 1),
  ],
  cells(pod, now) {
    const state = summarize(pod);
    const restarts =
      state.restarts !== 0 && state.lastRestart !== ''
        ? `${state.restarts} (${age(state.lastRestart, now)} ago)`
        : String(state.restarts);
    return [
      pod.metadata.name,
      `${state.ready}/${state.total}`,
      state.reason,
      restarts,
      age(pod.metadata.creationTimestamp, now),
      text(list(pod, 'status', 'podIPs')[0], ['ip'], '<none>'),
      text(pod, ['spec', 'nodeName'], '<none>'),
      text(pod, ['status', 'nominatedNodeName'], '<none>'),
      gates(pod),
    ];
  },
  conditions(pod) {
    const phase = text(pod, ['status', 'phase']);
    if (phase !== 'Succeeded' && phase !== 'Failed') return undefined;
    const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
    return [{ type: 'Completed', status: 'True', reason: phase, message }];
  },
};

interface Summary {
  ready: number;
  total: number;
  restarts: number;
  lastRestart: string;
  reason: string;
}

function summarize(pod: KubeObject): Summary {
  const phase = text(pod, ['status', 'phase']);
  const gated = list(pod, 'status', 'conditions').some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  const summary: Summary = {
    ready: 0,
    total: list(pod, 'spec', 'containers').length,
    restarts: 0,
    lastRestart: '',
    reason: gated ? 'SchedulingGated' : text(pod, ['status', 'reason'], phase),
  };
  const sidecars = { restarts: 0, lastRestart: '' };
  const initializing = addInitContainers(pod, summary, sidecars);
  if (!initializing || hasTrueCondition(pod, 'Initialized')) {
    Object.assign(summary, sidecars);
    addContainers(pod, summary);
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (text(pod, ['status', 'reason']) === 'NodeLost') summary.reason = 'Unknown';
    else if (phase !== 'Succeeded' && phase !== 'Failed') summary.reason = 'Terminating';
  }
  return summary;
}

function addRestarts(to: { restarts: number; lastRestart: string }, status: Json): void {
  to.restarts += count(status, 'restartCount');
  const finished = text(status, ['lastState', 'terminated', 'finishedAt']);
  if (finished > to.lastRestart) to.lastRestart = finished;
}

/** Goes through init containers up to the first that is not done; true when there is one. */
function addInitContainers(
  pod: KubeObject,
  summary: Summary,
  sidecars: { restarts: number; lastRestart: string },
): boolean {
  const specs = list(pod, 'spec', 'initContainers');
  const restartable = new Set(specs.filter((spec) => spec['restartPolicy'] === 'Always').map(({ name }) => name));
  summary.total += restartable.size;
  for (const [index, status] of list(pod, 'status', 'initContainerStatuses').entries()) {
    const isSidecar = restartable.has(status['name']);
    addRestarts(summary, status);
    if (isSidecar) addRestarts(sidecars, status);
    const terminated = at(status, 'state', 'terminated');
    if (terminated !== undefined && count(terminated, 'exitCode') === 0) continue;
    if (isSidecar && status['started'] === true) {
      if (status['ready'] === true) summary.ready += 1;
      continue;
    }
    const waiting = text(status, ['state', 'waiting', 'reason']);
    if (terminated !== undefined) summary.reason = `Init:${terminationText(terminated)}`;
    else if (waiting !== '' && waiting !== 'PodInitializing') summary.reason = `Init:${waiting}`;
    else summary.reason = `Init:${index}/${specs.length}`;
    return true;
  }
  return false;
}

function terminationText(terminated: unknown): string {
  const reason = text(terminated, ['reason']);
  if (reason !== '') return reason;
  const signal = count(terminated, 'signal');
  return signal === 0 ? `ExitCode:${count(terminated, 'exitCode')}` : `Signal:${signal}`;
}

/** From the last container to the first, so that the first one's trouble is what shows. */
function addContainers(pod: KubeObject, summary: Summary): void {
  let running = false;
  let trouble = '';
  for (const status of list(pod, 'status', 'containerStatuses').toReversed()) {
    addRestarts(summary, status);
    const waiting = text(status, ['state', 'waiting', 'reason']);
    const terminated = at(status, 'state', 'terminated');
    if (waiting !== '') summary.reason = waiting;
    else if (terminated !== undefined) {
      summary.reason = terminationText(terminated);
      if (count(terminated, 'exitCode') !== 0) trouble = summary.reason;
    } else if (status['ready'] === true && at(status, 'state', 'running') !== undefined) {
      running = true;
      summary.ready += 1;
    }
  }
  if (summary.reason !== 'Completed') return;
  if (running && hasTrueCondition(pod, 'Ready')) summary.reason = 'Running';
  else if (trouble !== '') summary.reason = trouble;
  else if (running) summary.reason = 'NotReady';
}

function hasTrueCondition(pod: KubeObject, type: string): boolean {
  return list(pod, 'status', 'conditions').some(
    (condition) => condition['type'] === type && condition['status'] === 'True',
  );
}

function gates(pod: KubeObject): string {
  const all = list(pod, 'spec', 'readinessGates');
  if (all.length === 0) return '<none>';
  const open = all.filter((gate) => hasTrueCondition(pod, text(gate, ['conditionType'])));
  return `${open.length}/${all.length}`;
}
