/** Which mechanism, if any, writes hints for a Service (T1, T2). */
import type { Service } from '../api/types.ts';
import { topologyHintsAnnotation, topologyModeAnnotation } from './names.ts';

export type TrafficDistribution = 'PreferClose' | 'PreferSameZone' | 'PreferSameNode';

export type HintMode =
  /** Zones share the endpoints in proportion to their CPUs. */
  | { readonly kind: 'proportional' }
  /** Every endpoint names its own zone, and with PreferSameNode its own node. */
  | { readonly kind: 'close'; readonly value: TrafficDistribution }
  | { readonly kind: 'none' };

export interface HintFeatures {
  /** PreferSameZone and PreferSameNode are understood; upstream's gate of the same name, on since 1.34. */
  readonly preferSameTrafficDistribution: boolean;
}

/** T1: exactly `Auto` or `auto`; the deprecated key, once present, is the only one read. */
function wantsProportionalHints(service: Service): boolean {
  const annotations = new Map(Object.entries(service.metadata.annotations ?? {}));
  const value = annotations.get(topologyHintsAnnotation) ?? annotations.get(topologyModeAnnotation);
  return value === 'Auto' || value === 'auto';
}

export function hintModeOf(service: Service, features: HintFeatures): HintMode {
  if (wantsProportionalHints(service)) return { kind: 'proportional' };
  const value = service.spec?.trafficDistribution;
  if (value === 'PreferClose') return { kind: 'close', value };
  const known = value === 'PreferSameZone' || value === 'PreferSameNode';
  return known && features.preferSameTrafficDistribution ? { kind: 'close', value } : { kind: 'none' };
}
