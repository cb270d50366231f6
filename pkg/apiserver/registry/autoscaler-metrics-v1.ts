/** Metrics of a HorizontalPodAutoscaler between autoscaling/v2, as they are stored, and the older form that v1 has. */

/** A part of an object whose fields are moved, not looked at. */
export type Part = Readonly<Record<string, unknown>>;

const part = (value: unknown): Part => (typeof value === 'object' && value !== null ? (value as Part) : {});

/** Without what is undefined, as Go leaves out what is nil. */
export const compact = (fields: Part): Part =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** A quantity that v1 cannot leave out. */
const orZero = (value: unknown): unknown => value ?? '0';

type Convert = (given: Part) => Part;

/** One kind of metric: what is wanted of it, and what is measured. */
interface Form {
  readonly source: { readonly toV1: Convert; readonly toV2: Convert };
  readonly status: { readonly toV1: Convert; readonly toV2: Convert };
}

const metricOf = (name: unknown, selector: unknown): Part => compact({ name, selector });

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  [
    'object',
    {
      source: {
        toV1: ({ describedObject, metric, target }) =>
          compact({
            target: describedObject,
            metricName: part(metric)['name'],
            targetValue: orZero(part(target)['value']),
            selector: part(metric)['selector'],
            averageValue: part(target)['averageValue'],
          }),
        toV2: ({ target, metricName, targetValue, selector, averageValue }) => ({
          describedObject: target,
          target: compact(
            averageValue === undefined
              ? { type: 'Value', value: targetValue }
              : { type: 'AverageValue', value: targetValue === '0' ? undefined : targetValue, averageValue },
          ),
          metric: metricOf(metricName, selector),
        }),
      },
      status: {
        toV1: ({ describedObject, metric, current }) =>
          compact({
            target: describedObject,
            metricName: part(metric)['name'],
            currentValue: orZero(part(current)['value']),
            selector: part(metric)['selector'],
            averageValue: part(current)['averageValue'],
          }),
        toV2: ({ target, metricName, currentValue, selector, averageValue }) => ({
          metric: metricOf(metricName, selector),
          current: compact({ value: currentValue, averageValue }),
          describedObject: target,
        }),
      },
    },
  ],
  [
    'pods',
    {
      source: {
        toV1: ({ metric, target }) =>
          compact({
            metricName: part(metric)['name'],
            targetAverageValue: orZero(part(target)['averageValue']),
            selector: part(metric)['selector'],
          }),
        toV2: ({ metricName, targetAverageValue, selector }) => ({
          metric: metricOf(metricName, selector),
          target: compact({ type: 'AverageValue', averageValue: targetAverageValue }),
        }),
      },
      status: {
        toV1: ({ metric, current }) =>
          compact({
            metricName: part(metric)['name'],
            currentAverageValue: orZero(part(current)['averageValue']),
            selector: part(metric)['selector'],
          }),
        toV2: ({ metricName, currentAverageValue, selector }) => ({
          metric: metricOf(metricName, selector),
          current: compact({ averageValue: currentAverageValue }),
        }),
      },
    },
  ],
  ['resource', resourceForm()],
  ['containerResource', resourceForm()],
  [
    'external',
    {
      source: {
        toV1: ({ metric, target }) =>
          compact({
            metricName: part(metric)['name'],
            metricSelector: part(metric)['selector'],
            targetValue: part(target)['value'],
            targetAverageValue: part(target)['averageValue'],
          }),
        toV2: ({ metricName, metricSelector, targetValue, targetAverageValue }) => ({
          metric: metricOf(metricName, metricSelector),
          target: compact({
            type: targetValue === undefined ? 'AverageValue' : 'Value',
            value: targetValue,
            averageValue: targetAverageValue,
          }),
        }),
      },
      status: {
        toV1: ({ metric, current }) =>
          compact({
            metricName: part(metric)['name'],
            metricSelector: part(metric)['selector'],
            currentValue: orZero(part(current)['value']),
            currentAverageValue: part(current)['averageValue'],
          }),
        toV2: ({ metricName, metricSelector, currentValue, currentAverageValue }) => ({
          metric: metricOf(metricName, metricSelector),
          current: compact({ value: currentValue, averageValue: currentAverageValue }),
        }),
      },
    },
  ],
]);

/** Of a container as of a whole Pod. */
function resourceForm(): Form {
  return {
    source: {
      toV1: ({ name, target, container }) =>
        compact({
          name,
          targetAverageUtilization: part(target)['averageUtilization'],
          targetAverageValue: part(target)['averageValue'],
          container,
        }),
      toV2: ({ name, targetAverageUtilization, targetAverageValue, container }) =>
        compact({
          name,
          target: compact({
            type: targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
            averageValue: targetAverageValue,
            averageUtilization: targetAverageUtilization,
          }),
          container,
        }),
    },
    status: {
      toV1: ({ name, current, container }) =>
        compact({
          name,
          currentAverageUtilization: part(current)['averageUtilization'],
          currentAverageValue: orZero(part(current)['averageValue']),
          container,
        }),
      toV2: ({ name, currentAverageUtilization, currentAverageValue, container }) =>
        compact({
          name,
          current: compact({ averageValue: currentAverageValue, averageUtilization: currentAverageUtilization }),
          container,
        }),
    },
  };
}

/** Metrics, or what was measured of them, in the other version. */
export function convertMetrics(metrics: readonly unknown[], half: 'source' | 'status', to: 'toV1' | 'toV2'): Part[] {
  return metrics.map((metric) => {
    const found = [...forms].filter(([field]) => Object.hasOwn(part(metric), field));
    const moved = found.map(([field, form]): [string, unknown] => [field, form[half][to](part(part(metric)[field]))]);
    return { type: part(metric)['type'], ...Object.fromEntries(moved) };
  });
}
