import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Regexp, RegexpSyntaxError } from './index.ts';

describe('regular expressions as Go reads them', () => {
  it.each([
    ['^a+$', 'aaa', true],
    ['^a+$', 'aab', false],
    ['b', 'abc', true],
    ['^(foo|bar)?baz$', 'barbaz', true],
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'a-b-c', true],
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'a-b-', false],
    [String.raw`^\d{3}-\d{2,4}$`, '123-1234', true],
    [String.raw`^\d{3}-\d{2,4}$`, '123-12345', false],
    ['(?i)^ABC$', 'abc', true],
    ['^[^/]+$', 'a/b', false],
    [String.raw`^\p{L}+$`, 'äö', true],
    ['^[[:alpha:]]+$', 'ab1', false],
    [String.raw`\bfoo\b`, 'a foo b', true],
    ['^.$', '😀', true],
    ['^$', '', true],
    ['(?m)^b$', 'a\nb', true],
    ['a{2}{', 'aa{', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(new Regexp(pattern).test(text)).toBe(expected);
  });

  it.each([
    ['a**', 'invalid nested repetition operator: `**`'],
    ['(', 'missing closing ): `(`'],
    ['[a', 'missing closing ]: `[a`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['*', 'missing argument to repetition operator: `*`'],
    [String.raw`\1`, String.raw`invalid escape sequence: ` + '`\\1`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
  ])('%s is refused', (pattern, message) => {
    expect(() => new Regexp(pattern)).toThrow(new RegexpSyntaxError(message));
  });

  it('does not explode', () => {
    const regexp = new Regexp('^(a+)+$');
    expect(regexp.test(`${'a'.repeat(20_000)}b`)).toBe(false);
  });

  it('agrees with JavaScript where both mean the same', () => {
    const pattern = fc.stringMatching(/^[ab.|()]{0,8}[*+?]?$/).filter((source) => {
      try {
        return new RegExp(source, 'us').unicode && new Regexp(source).source === source;
      } catch {
        return false;
      }
    });
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abc]{0,8}$/), (source, text) => {
        expect(new Regexp(source).test(text)).toBe(new RegExp(source, 'us').test(text));
      }),
    );
  });
});
