/** What an autoscaler looks at. */
import type { FieldError } from '../../api/field-error.ts';
import type { HorizontalPodAutoscaler } from '../../api/workloads.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { dnsLabelProblems } from '../formats/dns.ts';
import { pathSegmentProblems } from '../formats/paths.ts';
import { parseQuantity } from '../formats/quantity.ts';
import type { Loose } from '../loose.ts';
import { validateSegment } from '../networking/references.ts';

type Metric = NonNullable<NonNullable<Loose<HorizontalPodAutoscaler>['spec']>['metrics']>[number];
type Target = NonNullable<NonNullable<Metric['resource']>['target']>;
type Identifier = NonNullable<NonNullable<Metric['pods']>['metric']>;

export interface ScaledReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
}

/** In the order in which the first one present is looked at. */
const sources = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
type Source = (typeof sources)[number];
const byType = new Map<string, Source>([
  ['ContainerResource', 'containerResource'],
  ['External', 'external'],
  ['Object', 'object'],
  ['Pods', 'pods'],
  ['Resource', 'resource'],
]);
const types = [...byType.keys()];

/** `group/version`, `version`, or nothing. */
export const isGroupVersion = (text: string): boolean => text.split('/').length <= 2;

/** `grouped`: the core group is not enough; `unread`: the version is not looked at. */
export function validateReference(
  { apiVersion = '', kind, name }: ScaledReference,
  field: string,
  rule: 'grouped' | 'any' | 'unread',
): FieldError[] {
  const errors = [...validateSegment(kind, `${field}.kind`), ...validateSegment(name, `${field}.name`)];
  if (rule === 'unread') return errors;
  const at = `${field}.apiVersion`;
  if (!isGroupVersion(apiVersion)) {
    return [...errors, invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  }
  const grouped = apiVersion.includes('/') && !apiVersion.startsWith('/');
  return rule === 'grouped' && !grouped
    ? [...errors, invalid(at, apiVersion, 'apiVersion must specify API group')]
    : errors;
}

export function validateMetric(metric: Metric, field: string): FieldError[] {
  const { type = '' } = metric;
  const expected = byType.get(type);
  const present = sources.filter((source) => metric[source] !== undefined);
  const [first] = present;
  const unknown = notSupported(`${field}.type`, json(type), types);
  const errors = [
    ...(type === '' ? [required(`${field}.type`, 'must specify a metric source type')] : []),
    ...(expected === undefined ? [unknown] : []),
    ...(first === undefined ? [] : validateSource(metric, first, `${field}.${first}`)),
  ];
  if (expected === undefined) errors.push(unknown);
  else if (metric[expected] === undefined) {
    errors.push(required(`${field}.${expected}`, 'must populate information for the given metric source'));
  }
  if (present.length === 1) return errors;
  return errors.concat(
    present
      .filter((source) => source !== expected)
      .map((source) => forbidden(`${field}.${source}`, 'must populate the given metric source only')),
  );
}

function validateSource(metric: Metric, source: Source, field: string): FieldError[] {
  const { object, external, pods, resource, containerResource } = metric;
  switch (source) {
    case 'object':
      return [
        ...validateReference(object?.describedObject ?? {}, `${field}.describedObject`, 'any'),
        ...validateIdentifier(object?.metric, field),
        ...validateTarget(object?.target, field),
        ...needsOne(object?.target, 'value', 'averageValue', field, 'must set either a target value or averageValue'),
      ];
    case 'external': {
      const missing = 'must set either a target value for metric or a per-pod target';
      const both = 'may not set both a target value for metric and a per-pod target';
      return [
        ...validateIdentifier(external?.metric, field),
        ...validateTarget(external?.target, field),
        ...needsOne(external?.target, 'value', 'averageValue', field, missing),
        ...notBoth(external?.target, 'averageValue', 'value', field, both),
      ];
    }
    case 'pods':
      return [
        ...validateIdentifier(pods?.metric, field),
        ...validateTarget(pods?.target, field),
        ...(pods?.target?.averageValue === undefined
          ? [required(`${field}.target.averageValue`, 'must specify a positive target averageValue')]
          : []),
      ];
    case 'resource':
      return [
        ...(resource?.name ? [] : [required(`${field}.name`, 'must specify a resource name')]),
        ...validateUse(resource?.target, field),
      ];
    case 'containerResource':
      return [
        ...validateContainer(containerResource?.name ?? '', containerResource?.container ?? '', field),
        ...validateUse(containerResource?.target, field),
      ];
  }
}

function validateContainer(name: string, container: string, field: string): FieldError[] {
  return [
    ...(name === '' ? [required(`${field}.name`, 'must specify a resource name')] : []),
    ...(container === ''
      ? [required(`${field}.container`, 'must specify a container')]
      : invalidEach(`${field}.container`, container, dnsLabelProblems(container))),
  ];
}

/** Resources are counted as they are or against what was asked for. */
function validateUse(target: Target | undefined, field: string): FieldError[] {
  const missing = 'must set either a target raw value or a target utilization';
  const both = 'may not set both a target raw value and a target utilization';
  return [
    ...validateTarget(target, field),
    ...needsOne(target, 'averageValue', 'averageUtilization', field, missing),
    ...notBoth(target, 'averageUtilization', 'averageValue', field, both),
  ];
}

function needsOne(
  target: Target | undefined,
  a: keyof Target,
  b: keyof Target,
  field: string,
  detail: string,
): FieldError[] {
  return target?.[a] === undefined && target?.[b] === undefined ? [required(`${field}.target.${b}`, detail)] : [];
}

function notBoth(
  target: Target | undefined,
  a: keyof Target,
  b: keyof Target,
  field: string,
  detail: string,
): FieldError[] {
  return target?.[a] !== undefined && target[b] !== undefined ? [forbidden(`${field}.target.${b}`, detail)] : [];
}

function validateTarget(target: Target | undefined, field: string): FieldError[] {
  const { type = '', value, averageValue, averageUtilization: use } = target ?? {};
  const at = `${field}.target`;
  const amount = (name: string, text: string | undefined): FieldError[] =>
    text === undefined || (parseQuantity(text) ?? 1n) > 0n ? [] : [invalid(`${at}.${name}`, text, 'must be positive')];
  return [
    ...(type === '' ? [required(`${at}.type`, 'must specify a metric target type')] : []),
    ...(['Utilization', 'Value', 'AverageValue'].includes(type)
      ? []
      : [invalid(`${at}.type`, json(type), 'must be either Utilization, Value, or AverageValue')]),
    ...amount('value', value),
    ...amount('averageValue', averageValue),
    ...(use !== undefined && use < 1 ? [invalid(`${at}.averageUtilization`, use, 'must be greater than 0')] : []),
  ];
}

function validateIdentifier(metric: Identifier | undefined, field: string): FieldError[] {
  const name = metric?.name ?? '';
  const at = `${field}.metric.name`;
  return name === '' ? [required(at, 'must specify a metric name')] : invalidEach(at, name, pathSegmentProblems(name));
}
