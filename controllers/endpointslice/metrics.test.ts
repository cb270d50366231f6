import { describe, expect, it } from '@jest/globals';
import { MetricRegistry } from '../../pkg/metrics/index.ts';
import { SliceMetrics } from './metrics.ts';
import type { SlicePlan } from './plan.ts';

const prefix = 'endpoint_slice_controller_';

/** `[endpoints, slices]` of each group, for each address type. */
function plan(types: [number, number][][], mode: SlicePlan['mode'] = { kind: 'none' }): SlicePlan {
  return {
    steps: [],
    excluded: [],
    memories: new Map(),
    mode,
    max: 100,
    types: types.map((groups) => ({
      family: 'IPv4',
      steps: [],
      events: [],
      problems: [],
      excluded: [],
      memory: undefined,
      figures: {
        added: 3,
        removed: 0,
        changed: 1,
        groups: groups.map(([endpoints, slices]) => ({ endpoints, slices })),
      },
    })),
  };
}

function gauges(registry: MetricRegistry): number[] {
  return ['desired_endpoint_slices', 'num_endpoint_slices', 'endpoints_desired'].map(
    (name) => registry.gauge({ name: prefix + name, help: '' }).with().value,
  );
}

describe('SliceMetrics', () => {
  it('SC-S-061 adds up Services', () => {
    const registry = new MetricRegistry();
    const metrics = new SliceMetrics(registry);
    metrics.planned(
      'ns/a',
      plan([
        [
          [12, 5],
          [18, 8],
        ],
      ]),
    );
    metrics.planned(
      'ns/b',
      plan([
        [
          [45, 1],
          [35, 1],
        ],
      ]),
    );
    expect(gauges(registry)).toEqual([4, 15, 110]);
    metrics.forget('ns/a');
    expect(gauges(registry)).toEqual([2, 2, 80]);
    metrics.planned(
      'ns/c',
      plan([
        [
          [0, 1],
          [0, 1],
        ],
      ]),
    );
    expect(gauges(registry)).toEqual([3, 4, 80]);
  });

  it('H7 adds up address types', () => {
    const registry = new MetricRegistry();
    new SliceMetrics(registry).planned('ns/a', plan([[[101, 2]], [[0, 1]]]));
    expect(gauges(registry)).toEqual([3, 3, 101]);
  });

  it('X9 counts Services by traffic distribution, down to zero', () => {
    const registry = new MetricRegistry();
    const metrics = new SliceMetrics(registry);
    const close = plan([], { kind: 'close', value: 'PreferClose' });
    metrics.planned('ns/a', close);
    metrics.planned('ns/a', close);
    metrics.planned('ns/b', close);
    const family = registry.gauge({ name: `${prefix}services_count_by_traffic_distribution`, help: '' });
    const values = () => [...family.series()].map(({ labels, cell }) => [labels, cell.value]);
    expect(values()).toEqual([[{ traffic_distribution: 'PreferClose' }, 2]]);
    metrics.planned('ns/a', plan([]));
    metrics.forget('ns/b');
    expect(values()).toEqual([[{ traffic_distribution: 'PreferClose' }, 0]]);
  });

  it('X7 observes only address types that got to the end', () => {
    const registry = new MetricRegistry();
    const metrics = new SliceMetrics(registry);
    const auto = plan([[]], { kind: 'proportional' });
    metrics.finished(auto, new Set());
    metrics.finished(auto, new Set(['IPv4']));
    const [series] = registry
      .histogram({ name: `${prefix}endpointslices_changed_per_sync`, help: '', buckets: [] })
      .series();
    expect(series?.labels).toEqual({ topology: 'Auto', traffic_distribution: '' });
    expect(series?.cell).toMatchObject({ count: 1, sum: 1 });
  });
});
