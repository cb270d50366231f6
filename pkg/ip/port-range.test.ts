import { describe, expect, it } from '@jest/globals';
import { formatPortRange, inPortRange, parsePortRange, portRangeSize } from './port-range.ts';

describe('port ranges', () => {
  it('take the three spellings of the flag', () => {
    expect(parsePortRange('30000-32767')).toEqual({ first: 30000, last: 32767 });
    expect(parsePortRange(' 30000+10 ')).toEqual({ first: 30000, last: 30010 });
    expect(parsePortRange('8080')).toEqual({ first: 8080, last: 8080 });
    expect(parsePortRange('65000+1000')).toEqual({ first: 65000, last: 65535 });
  });

  it('refuse everything else with a sentence that shows the input', () => {
    for (const text of [
      '',
      'a',
      '5-',
      '-5',
      '1-2-3',
      '1+2+3',
      '1-2+3',
      '40000-30000',
      '0-65536',
      '70000',
      '1.5',
      '１-２',
    ]) {
      expect(() => parsePortRange(text)).toThrow(JSON.stringify(text).slice(1, -1));
    }
  });

  it('count, print and test membership', () => {
    const range = parsePortRange('30000-32767');
    expect([portRangeSize(range), formatPortRange(range)]).toEqual([2768, '30000-32767']);
    expect([29999, 30000, 32767, 32768].map((port) => inPortRange(range, port))).toEqual([false, true, true, false]);
  });
});
