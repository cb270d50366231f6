import { describe, expect, it } from '@jest/globals';
import { deepFreeze } from '../testdata/golden.ts';
import { keepTimestampsIfUnchanged } from './keep-timestamps.ts';

const entry = (time: string, manager = 'm'): object => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time,
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': {} },
});

const object = (entries: readonly object[], data = 'x') =>
  deepFreeze({ metadata: { name: 'n', managedFields: entries, labels: { toString: 'x' } }, data: { valueOf: data } });

const [early, late] = ['2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z'];

describe('C4 a write that only moves times', () => {
  it('gets the old times back', () => {
    expect(keepTimestampsIfUnchanged(object([entry(early)]), object([entry(late)]))).toEqual(object([entry(early)]));
  });

  it.each([
    ['something else changed', object([entry(early)]), object([entry(late)], 'y')],
    ['an owner changed', object([entry(early)]), object([entry(late, 'other')])],
    ['an owner came', object([entry(early)]), object([entry(early), entry(late)])],
    ['there are no owners', object([]), object([], 'y')],
    ['no time changed', object([entry(early)]), object([entry(early)], 'y')],
    ['there is no metadata', deepFreeze({ a: 1 }), deepFreeze({ a: 2 })],
  ])('keeps the new object when %s', (_, live, changed) => {
    expect(keepTimestampsIfUnchanged(live, changed)).toBe(changed);
  });
});
