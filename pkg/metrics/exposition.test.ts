import { describe, expect, it } from '@jest/globals';
import { Exporter } from './exposition.ts';
import { exponentialBuckets } from './instruments.ts';
import { MetricRegistry } from './registry.ts';

function filled(): MetricRegistry {
  const registry = new MetricRegistry();
  registry
    .counter({ name: 'adds_total', help: 'Adds.', labels: ['name'] })
    .with({ name: 'a"b\\c' })
    .inc(3);
  registry.gauge({ name: 'depth', help: 'Depth.' }).with().set(-2);
  const seconds = registry.histogram({ name: 'work_seconds', help: 'Work.', labels: ['name'], buckets: [0.1, 1] });
  for (const value of [0.05, 0.1, 0.5, 7]) seconds.with({ name: 'q' }).observe(value);
  return registry;
}

describe('Exporter', () => {
  it('writes Prometheus text 0.0.4', async () => {
    const { body, contentType } = await new Exporter(filled()).scrape();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toBe(`# HELP adds_total Adds.
# TYPE adds_total counter
adds_total{name="a\\"b\\\\c"} 3

# HELP depth Depth.
# TYPE depth gauge
depth -2

# HELP work_seconds Work.
# TYPE work_seconds histogram
work_seconds_bucket{name="q",le="0.1"} 2
work_seconds_bucket{name="q",le="1"} 3
work_seconds_bucket{name="q",le="+Inf"} 4
work_seconds_sum{name="q"} 7.65
work_seconds_count{name="q"} 4
`);
  });

  it('OB6 writes OpenMetrics for who accepts it', async () => {
    const { body, contentType } = await new Exporter(filled()).scrape(
      'application/openmetrics-text;version=1.0.0;q=0.9,*/*;q=0.1',
    );
    expect(contentType).toContain('application/openmetrics-text');
    expect(body).toContain('# TYPE adds counter\nadds_total{');
    expect(body.endsWith('# EOF\n')).toBe(true);
  });

  it('reads numbers at the time of the scrape', async () => {
    const registry = new MetricRegistry();
    let age = 1;
    registry
      .gauge({ name: 'age', help: 'Age.' })
      .with()
      .readBy(() => age);
    const exporter = new Exporter(registry);
    expect((await exporter.scrape()).body).toContain('age 1');
    age = 2;
    expect((await exporter.scrape()).body).toContain('age 2');
  });
});

describe('MetricRegistry', () => {
  it('gives the same family and series to who asks again', () => {
    const registry = new MetricRegistry();
    const options = { name: 'x_total', help: 'X.', labels: ['a', 'b'] };
    expect(registry.counter(options).with({ b: '2', a: '1' })).toBe(registry.counter(options).with({ a: '1', b: '2' }));
    expect(() => registry.gauge(options)).toThrow('metric x_total is a counter, asked for as gauge');
  });

  it('OB6 refuses labels without a bound', () => {
    expect(() => new MetricRegistry().gauge({ name: 'g', help: 'G.', labels: ['namespace'] })).toThrow('OB6');
  });

  it('makes power-of-ten buckets', () => {
    expect(exponentialBuckets(1, 10, 3)).toEqual([1, 10, 100]);
  });
});
