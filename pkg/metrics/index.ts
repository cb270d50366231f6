export { Exporter } from './exposition.ts';
export type { ExporterOptions, Exposition } from './exposition.ts';
export { Counter, exponentialBuckets, Gauge, Histogram } from './instruments.ts';
export { Family, MetricRegistry } from './registry.ts';
export type { FamilyOptions, LabelValues } from './registry.ts';
