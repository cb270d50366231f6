import { describe, expect, it } from '@jest/globals';
import { tuningOf } from './tuning.ts';

const tuned = (annotations: Record<string, string>) => tuningOf({ metadata: { name: 'svc', annotations } });
const period = (text: string) => tuned({ 'fairlead.dev/endpoints-batch-period': text });
const size = (text: string) => tuned({ 'fairlead.dev/max-endpoints-per-slice': text });

describe('tuning of one Service by annotation (U6)', () => {
  it('is nothing without annotations, and with those of others', () => {
    expect(tuningOf({ metadata: { name: 'svc' } })).toEqual({ problems: [] });
    expect(tuned({ 'fairlead.dev/selector': 'app=web', constructor: '5' })).toEqual({ problems: [] });
  });

  it.each([
    ['0s', 0],
    ['500ms', 500],
    ['1.5s', 1500],
    ['10m', 600_000],
  ])('reads the period %s', (text, batchPeriodMs) => {
    expect(period(text)).toEqual({ batchPeriodMs, problems: [] });
  });

  it.each(['', '5', '-1s', '11m', '1h', '1 s', '١s'])('refuses the period %j and says what is expected', (text) => {
    expect(period(text)).toEqual({
      problems: [
        `Annotation fairlead.dev/endpoints-batch-period is ${JSON.stringify(text)}, expected a time up to 10m, such as ` +
          '500ms or 2s; the flag of the controller counts',
      ],
    });
  });

  it('reads sizes from 1 to 1000 and no others', () => {
    expect(size('1')).toEqual({ maxEndpointsPerSlice: 1, problems: [] });
    expect(size('1000')).toEqual({ maxEndpointsPerSlice: 1000, problems: [] });
    for (const text of ['0', '1001', '-5', '1e2', '10.5', 'many', ''])
      expect(size(text).problems).toEqual([expect.stringContaining('expected a whole number from 1 to 1000')]);
  });
});
