import { describe, expect, it } from '@jest/globals';
import { FieldSelectorError, parseFieldSelector } from './selector.ts';

const fields = new Map([
  ['metadata.name', 'web'],
  ['spec.nodeName', 'a,b'],
]);
const read = (field: string): string => fields.get(field) ?? '';

describe('L41 field selector grammar', () => {
  it.each([
    '',
    'metadata.name=web',
    'metadata.name==web',
    'metadata.name!=x',
    'spec.nodeName=a\\,b',
    'gone=',
    ',metadata.name=web,',
  ])('%p matches', (text) => expect(parseFieldSelector(text).matches(read)).toBe(true));
  it.each(['metadata.name=x', 'metadata.name!=web', 'gone!='])('%p does not match', (text) =>
    expect(parseFieldSelector(text).matches(read)).toBe(false),
  );
  it.each(['x', 'a=b=c', 'a=\\x', 'a=b\\'])('%p is refused', (text) =>
    expect(() => parseFieldSelector(text)).toThrow(FieldSelectorError),
  );
  it('pins exact values only', () => {
    expect(parseFieldSelector('a=1,b!=2').exact('a')).toBe('1');
    expect(parseFieldSelector('a=1,b!=2').exact('b')).toBeUndefined();
  });
});
