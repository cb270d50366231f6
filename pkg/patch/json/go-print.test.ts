import { describe, expect, it } from '@jest/globals';
import { compareBytes } from './byte-order.ts';
import { goJson, utf8Length } from './go-json.ts';
import { printFloat, printString, printSyntax, printValue, quote } from './go-print.ts';

/** Expectations printed by Go 1.26. */
describe('values as Go prints them', () => {
  it('%v', () => {
    expect(printValue({ b: [1, 'x', null], a: { c: true, B: 1.5 } })).toBe('map[a:map[B:1.5 c:true] b:[1 x <nil>]]');
    expect(printValue(12345678901234567890n)).toBe('12345678901234567890');
  });

  it('%#v', () => {
    expect(printSyntax({ b: [1, 'x', null], a: {} })).toBe(
      'map[string]interface {}{"a":map[string]interface {}{}, "b":[]interface {}{1, "x", interface {}(nil)}}',
    );
  });

  it('%s', () => {
    expect(printString({ a: [5, 'x', null, true, 1.5] })).toBe(
      'map[a:[%!s(int64=5) x %!s(<nil>) %!s(bool=true) %!s(float64=1.5)]]',
    );
  });

  it('%v of a float', () => {
    const floats = [0, 65535, 999999, 1e6, 20999999, 123456789.5, 1e20, 1e21, 0.0001, 0.00001, 1.5, -2e9];
    expect(floats.map(printFloat)).toEqual([
      '0',
      '65535',
      '999999',
      '1e+06',
      '2.0999999e+07',
      '1.234567895e+08',
      '1e+20',
      '1e+21',
      '0.0001',
      '1e-05',
      '1.5',
      '-2e+09',
    ]);
  });

  it('%q', () => {
    expect(quote('a"\\\n\u0001\u007f\u00ad\u2028é😀\u{e0001}')).toBe(
      '"a\\"\\\\\\n\\x01\\x7f\\u00ad\\u2028é😀\\U000e0001"',
    );
  });

  it('JSON', () => {
    expect(goJson({ b: '<&>\u2028', a: [1, null, true, 2n], é: {}, Z: '' })).toBe(
      '{"Z":"","a":[1,null,true,2],"b":"\\u003c\\u0026\\u003e\\u2028","é":{}}',
    );
    expect(utf8Length('aé€😀')).toBe(10);
  });

  it('sorts by bytes, which is not by UTF-16 units', () => {
    expect(['\u{1f600}', '\uffee', 'b', 'a', 'ab', ''].sort(compareBytes)).toEqual([
      '',
      'a',
      'ab',
      'b',
      '\uffee',
      '\u{1f600}',
    ]);
  });
});
