import { describe, expect, it } from '@jest/globals';
import { generateName } from './slice-object.ts';

describe('generateName (S13)', () => {
  it('puts a dash behind the name', () => {
    expect(generateName('web')).toBe('web-');
    expect(generateName('a')).toBe('a-');
    expect(generateName('a.b')).toBe('a.b-');
  });

  it('leaves the dash out where it would make no name', () => {
    const longest = 'a'.repeat(253);
    expect(generateName(longest)).toBe(longest);
    expect(generateName('Upper')).toBe('Upper');
  });
});
