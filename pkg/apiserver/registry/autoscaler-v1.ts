/**
 * autoscaling/v1 beside autoscaling/v2: one goal for the CPU is a field there, everything else that v2 knows travels
 * in annotations, so that an old client may read and write back without loss.
 */
import type { KubeObject } from '../../api/types.ts';
import { compact, convertMetrics, type Part } from './autoscaler-metrics-v1.ts';

const prefix = 'autoscaling.alpha.kubernetes.io/';
const metricsKey = `${prefix}metrics`;
const currentMetricsKey = `${prefix}current-metrics`;
const conditionsKey = `${prefix}conditions`;
const behaviorKey = `${prefix}behavior`;
const travelling = new Set([
  metricsKey,
  currentMetricsKey,
  conditionsKey,
  behaviorKey,
  `${prefix}scale-down-tolerance`,
  `${prefix}scale-up-tolerance`,
]);

interface Autoscaler extends KubeObject {
  readonly spec?: Part;
  readonly status?: Part;
}

const list = (value: unknown): readonly Part[] => (Array.isArray(value) ? value : []);

const isCpu = (metric: Part): boolean =>
  metric['type'] === 'Resource' && (metric['resource'] as Part | undefined)?.['name'] === 'cpu';

/** The share of CPU that a metric wants, or of which a status tells. */
function cpuShare(metric: Part, half: 'target' | 'current'): unknown {
  if (!isCpu(metric)) return undefined;
  return ((metric['resource'] as Part)[half] as Part | undefined)?.['averageUtilization'];
}

const cpuMetric = (half: 'target' | 'current', values: Part): Part => ({
  type: 'Resource',
  resource: { name: 'cpu', [half]: values },
});

/** What is stored, as autoscaling/v1 shows it. */
export function toAutoscalerV1(object: KubeObject): KubeObject {
  const { spec = {}, status, metadata, ...rest } = object as Autoscaler;
  const metrics = list(spec['metrics']);
  const others = metrics.filter((metric) => cpuShare(metric, 'target') === undefined);
  const cpu = metrics.map((metric) => cpuShare(metric, 'target')).find((share) => share !== undefined);
  const measured = list(status?.['currentMetrics']);
  const conditions = list(status?.['conditions']);
  const annotations = new Map(Object.entries(metadata.annotations ?? {}).filter(([key]) => !travelling.has(key)));
  const send = (key: string, value: unknown): unknown => annotations.set(key, JSON.stringify(value));
  if (others.length > 0) send(metricsKey, convertMetrics(others, 'source', 'toV1'));
  if (measured.length > 0) send(currentMetricsKey, convertMetrics(measured, 'status', 'toV1'));
  if (spec['behavior'] !== undefined) send(behaviorKey, capitalised(spec['behavior'], behaviorFields));
  if (conditions.length > 0) send(conditionsKey, conditions);
  const { scaleTargetRef, minReplicas, maxReplicas } = spec;
  return {
    ...rest,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(metadata, annotations),
    spec: compact({ scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: cpu }),
    ...(status === undefined ? {} : { status: statusV1(status, measured) }),
  };
}

function statusV1(status: Part, measured: readonly Part[]): Part {
  const { observedGeneration, lastScaleTime, currentReplicas = 0, desiredReplicas = 0 } = status;
  const share = measured.map((metric) => cpuShare(metric, 'current')).findLast((found) => found !== undefined);
  const cpu = { currentCPUUtilizationPercentage: share };
  return compact({ observedGeneration, lastScaleTime, currentReplicas, desiredReplicas, ...cpu });
}

/** What is written as autoscaling/v1, as it is stored. */
export function toAutoscalerV2(object: KubeObject): KubeObject {
  const { spec = {}, status, metadata, ...rest } = object as Autoscaler;
  const annotations = new Map(Object.entries(metadata.annotations ?? {}));
  const { scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: share } = spec;
  const own = share === undefined ? [] : [cpuMetric('target', { type: 'Utilization', averageUtilization: share })];
  const metrics = [...convertMetrics(received(annotations, metricsKey) ?? [], 'source', 'toV2'), ...own];
  const behavior = receivedBehavior(annotations.get(behaviorKey));
  const stored = new Map([...annotations].filter(([key]) => !travelling.has(key)));
  return {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(metadata, stored),
    spec: compact({
      scaleTargetRef,
      minReplicas,
      maxReplicas,
      metrics: metrics.length > 0 ? metrics : [cpuMetric('target', { type: 'Utilization', averageUtilization: 80 })],
      behavior,
    }),
    ...(status === undefined ? {} : { status: statusV2(status, annotations) }),
  };
}

function statusV2(status: Part, annotations: ReadonlyMap<string, string>): Part {
  const { observedGeneration, lastScaleTime, currentReplicas, desiredReplicas = 0 } = status;
  const share = status['currentCPUUtilizationPercentage'];
  const sent = received(annotations, currentMetricsKey);
  const own = share === undefined ? undefined : [cpuMetric('current', { averageUtilization: share })];
  return {
    ...compact({ observedGeneration, lastScaleTime, currentReplicas, desiredReplicas }),
    currentMetrics: sent === undefined ? (own ?? null) : convertMetrics(sent, 'status', 'toV2'),
    ...compact({ conditions: received(annotations, conditionsKey) }),
  };
}

/** In v2 nothing travels in annotations, so what stands there means nothing and goes. */
export function withoutTravelling(object: KubeObject): KubeObject {
  const annotations = Object.entries(object.metadata.annotations ?? {});
  const kept = annotations.filter(([key]) => !travelling.has(key));
  return kept.length === annotations.length
    ? object
    : { ...object, metadata: withAnnotations(object.metadata, new Map(kept)) };
}

/** A goal for the CPU is the default where there is no other; it is seen by who reads the object back. */
export function defaultAutoscalerV1(object: KubeObject): KubeObject {
  const { spec } = object as Autoscaler;
  return toAutoscalerV1(toAutoscalerV2({ ...object, spec: { ...spec, minReplicas: spec?.['minReplicas'] ?? 1 } }));
}

/** A list from an annotation; what is none is passed over. */
function received(annotations: ReadonlyMap<string, string>, key: string): readonly Part[] | undefined {
  const value = parsed(annotations.get(key));
  return Array.isArray(value) ? (value as readonly Part[]) : undefined;
}

function receivedBehavior(text: string | undefined): unknown {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const behavior = uncapitalised(value) as Part;
  return Object.keys(behavior).length === 0 ? undefined : behavior;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withAnnotations(
  given: KubeObject['metadata'],
  annotations: ReadonlyMap<string, string>,
): KubeObject['metadata'] {
  const metadata = { ...given };
  delete metadata.annotations;
  return annotations.size === 0 ? metadata : { ...metadata, annotations: Object.fromEntries(annotations) };
}

/** The behaviour travels under the names of Go fields, all of them, in their order. */
const ruleFields = ['stabilizationWindowSeconds', 'selectPolicy', 'policies', 'tolerance'];
const behaviorFields = ['scaleUp', 'scaleDown'];
const policyFields = ['type', 'value', 'periodSeconds'];
const fieldsInside = new Map([
  ['scaleUp', ruleFields],
  ['scaleDown', ruleFields],
  ['policies', policyFields],
]);

function capitalised(value: unknown, fields: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => capitalised(item, fields));
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    fields.map((field): [string, unknown] => [
      field.charAt(0).toUpperCase() + field.slice(1),
      capitalised((value as Part)[field], fieldsInside.get(field) ?? []),
    ]),
  );
}

function uncapitalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(uncapitalised);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([field, inner]): [string, unknown] => [
        field.charAt(0).toLowerCase() + field.slice(1),
        uncapitalised(inner),
      ]),
  );
}
