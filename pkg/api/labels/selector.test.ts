import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSelector, selectorFromMap, selectorFromSpec, SelectorError } from './selector.ts';

describe('L45 label selector grammar', () => {
  const labels = { app: 'web', tier: 'front', size: '10', constructor: 'x' };
  const matching = [
    '',
    'app=web',
    'app==web',
    'app!=db',
    'other!=db',
    'app in (web,db)',
    'app notin (db)',
    'app',
    '!other',
    'size>9',
    'size<11',
    'constructor=x',
    ' app = web , tier in ( front ) ',
    'empty notin (,a)',
  ];
  it.each(matching)('%p matches', (text) => expect(parseSelector(text).matches(labels)).toBe(true));

  const failing = [
    'app=db',
    'app!=web',
    'app notin (web)',
    '!app',
    'other',
    'size>10',
    'app>1',
    'toString',
    'app in ()',
  ];
  it.each(failing)('%p does not match', (text) => expect(parseSelector(text).matches(labels)).toBe(false));

  it('knows in and notin as operators only where an operator stands', () => {
    expect(parseSelector('in in (in,notin)').requirements).toEqual([
      { key: 'in', operator: 'in', values: ['in', 'notin'] },
    ]);
  });

  const wrong = ['app=web,', ',', 'app in', 'app in (a', 'a b', 'app=web)', '=x', 'app>x', '-a=b', 'a=-b', 'a in (b))'];
  it.each(wrong)('%p is refused', (text) => expect(() => parseSelector(text)).toThrow(SelectorError));

  it('says what it found and what it expected', () => {
    expect(() => parseSelector('a,')).toThrow("found '', expected: identifier after ','");
    expect(() => parseSelector('a b')).toThrow(
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    );
  });

  it('prints what it parsed: parsing again gives the same selector', () => {
    const word = fc.constantFrom('a', 'b', 'in', 'x.y/z', 'app');
    const term = fc.oneof(
      word,
      word.map((key) => `!${key}`),
      fc.tuple(word, fc.constantFrom('=', '!=', '=='), fc.constantFrom('', 'v', 'w')).map((parts) => parts.join('')),
      fc
        .tuple(word, fc.constantFrom('in', 'notin'), fc.array(fc.constantFrom('', 'v', 'w')))
        .map(([key, operator, values]) => `${key} ${operator} (${values.join(',')})`),
    );
    fc.assert(
      fc.property(fc.array(term), (terms) => {
        const selector = parseSelector(terms.join(','));
        expect(parseSelector(selector.toString())).toEqual(selector);
      }),
    );
  });

  it('never throws anything but SelectorError', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('ab=!(),<> in/-_.')), maxLength: 20 }), (text) => {
        try {
          parseSelector(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SelectorError);
        }
      }),
    );
  });
});

describe('structured selectors', () => {
  it('matches a map of labels', () => {
    expect(selectorFromMap({ app: 'web' }).matches({ app: 'web', x: 'y' })).toBe(true);
    expect(selectorFromMap({ toString: 'x' }).matches({})).toBe(false);
  });
  it('matches expressions', () => {
    const selector = selectorFromSpec({
      matchLabels: { a: 'b' },
      matchExpressions: [{ key: 'c', operator: 'DoesNotExist' }],
    });
    expect(selector.matches({ a: 'b' })).toBe(true);
    expect(selector.firstMismatch({ a: 'b', c: '' })).toEqual({ key: 'c', operator: '!', values: [] });
  });
});
