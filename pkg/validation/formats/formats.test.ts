import { describe, expect, it } from '@jest/globals';
import { countOf, validateAtMostAll, validateIntOrPercent } from '../counts.ts';
import { dns1035LabelProblems, dnsLabelProblems, dnsSubdomainProblems, wildcardProblems } from './dns.ts';
import { domainPathErrors } from './domain-path.ts';
import { configKeyProblems } from './keys.ts';
import { labelKeyProblems, labelValueProblems } from './labels.ts';
import { pathSegmentPrefixProblems, pathSegmentProblems } from './paths.ts';
import { portNameProblems, portNumberProblems } from './ports.ts';
import { isWhole, milliOf, parseQuantity } from './quantity.ts';
import { goJson, unicodeName } from './quote.ts';
import { byteLength, trimSpace } from './text.ts';

const accepts = (check: (text: string) => readonly unknown[], ...texts: string[]): void => {
  for (const text of texts) expect([text, check(text)]).toEqual([text, []]);
};
const refuses = (check: (text: string) => readonly unknown[], ...texts: string[]): void => {
  for (const text of texts) expect([text, check(text).length > 0]).toEqual([text, true]);
};

describe('names', () => {
  it('DNS-1123 labels begin with a letter or digit, DNS-1035 labels with a letter', () => {
    accepts(dnsLabelProblems, 'a', '1', 'a-b', '1a', 'a'.repeat(63));
    refuses(dnsLabelProblems, '', '-a', 'a-', 'A', 'a.b', 'a_b', 'é', 'a'.repeat(64));
    accepts(dns1035LabelProblems, 'a', 'a1', 'a-b');
    refuses(dns1035LabelProblems, '1', '1a', '');
  });

  it('subdomains are labels between dots, wildcards have one star in front', () => {
    accepts(dnsSubdomainProblems, 'a', 'a.b', '1.2', 'a'.repeat(64), `${'a'.repeat(63)}.${'b'.repeat(63)}`);
    refuses(dnsSubdomainProblems, '', '.', 'a.', '.a', 'a..b', 'A.b', 'a.-b', 'a'.repeat(254));
    accepts(wildcardProblems, '*.a', '*.a.b');
    refuses(wildcardProblems, '*', '*.', 'a.*', '*a.b', '*.*.a');
  });

  it('path segments fit into a URL', () => {
    accepts(pathSegmentProblems, 'a:b', 'A b', 'é', '...');
    refuses(pathSegmentProblems, '.', '..', 'a/b', 'a%b');
    accepts(pathSegmentPrefixProblems, '.', '..');
    refuses(pathSegmentPrefixProblems, 'a/b', '%');
  });

  it('port names have a letter, no double hyphen, and 15 characters at most', () => {
    accepts(portNameProblems, 'a', 'http', '1a', 'a-b', 'a'.repeat(15));
    refuses(portNameProblems, '', '1', 'A', 'a--b', '-a', 'a-', 'a'.repeat(16), 'a.b');
    expect([0, 1, 65_535, 65_536, -1].map((port) => portNumberProblems(port).length)).toEqual([1, 0, 0, 1, 1]);
  });

  it('keys of ConfigMaps are file names that climb nowhere', () => {
    accepts(configKeyProblems, 'a', '.a', 'A_b-c.d', '-');
    refuses(configKeyProblems, '', '.', '..', '..a', 'a/b', 'a b', 'k'.repeat(254));
  });

  it('domain-prefixed paths have both', () => {
    const check = (text: string): unknown[] => domainPathErrors(text, 'f');
    accepts(check, 'a.b/c', 'a/b/c', "a/$&'()");
    refuses(check, '', 'a', '/a', 'a/', 'A/b', 'a/b c');
  });
});

describe('{M4}–{M6} labels', () => {
  it('keys have a name of 63 bytes and perhaps a domain', () => {
    accepts(labelKeyProblems, 'a', 'A_b-c.d', 'x.y/Z', 'constructor', 'k'.repeat(63));
    refuses(
      labelKeyProblems,
      '',
      '__proto__',
      '/a',
      'a/',
      'a/b/c',
      'X/a',
      '-a',
      'é',
      'k'.repeat(64),
      `${'p'.repeat(254)}/a`,
    );
  });

  it('counts bytes in the limit', () => {
    expect(labelValueProblems('é'.repeat(32))[0]).toBe('must be no more than 63 bytes');
    accepts(labelValueProblems, '', 'a', 'A.b_c-1', 'v'.repeat(63));
    refuses(labelValueProblems, '-', 'a-', 'a b', 'v'.repeat(64));
  });
});

describe('texts', () => {
  it('measures UTF-8, lone surrogates as the three bytes of their replacement', () => {
    for (const text of ['', 'a', 'é', '€', '😀', 'a\ud800b', '\udc00', '\ud83d\ud83d\ude00']) {
      expect([text, byteLength(text)]).toEqual([text, new TextEncoder().encode(text).length]);
    }
  });

  it('trims what Go calls white space', () => {
    expect(trimSpace('\u0085\u2003 a b \t\n')).toBe('a b');
    expect(trimSpace('\ufeffa')).toBe('\ufeffa');
  });

  it('shows JSON as Go does', () => {
    expect(goJson({ a: '<&>\u2028' })).toBe(String.raw`{"a":"\u003c\u0026\u003e\u2028"}`);
    expect(goJson(undefined)).toBe('null');
    expect([unicodeName('A'), unicodeName('\n'), unicodeName('😀')]).toEqual(["U+0041 'A'", 'U+000A', "U+1F600 '😀'"]);
  });
});

describe('quantities', () => {
  it.each([
    ['1', 1_000_000_000n],
    ['500m', 500_000_000n],
    ['0.5', 500_000_000n],
    ['1e3', 1_000_000_000_000n],
    ['1E3', 1_000_000_000_000n],
    ['1Ki', 1_024_000_000_000n],
    ['-2', -2_000_000_000n],
    ['1n', 1n],
    ['.5k', 500_000_000_000n],
    ['1E', 10n ** 27n],
  ] satisfies [string, bigint][])('%s', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it.each(['', '.', 'x', '1x', '1 Gi', '1e', '--1', '1e9999', `1${'0'.repeat(64)}`])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('rounds up, away from zero', () => {
    expect(milliOf(parseQuantity('1u') ?? 0n)).toBe(1n);
    expect(milliOf(parseQuantity('-1u') ?? 0n)).toBe(-1n);
    expect(isWhole(parseQuantity('1500m') ?? 0n)).toBe(false);
  });
});

describe('numbers or percentages', () => {
  it('are counts, or digits before a percent sign', () => {
    const valid = ([0, 5, '0%', '25%'] as const).flatMap((value) => validateIntOrPercent(value, 'f'));
    expect(valid).toEqual([]);
    for (const value of [-1, '5', '-5%', '5%%', ''] as const) {
      expect(validateIntOrPercent(value, 'f')).toHaveLength(1);
    }
  });

  it('never take more than all of a part', () => {
    expect(['100%', '101%', 500].map((value) => validateAtMostAll(value, 'f').length)).toEqual([0, 1, 0]);
    expect(['30%', '7', 'x', 4].map(countOf)).toEqual([30, 7, 0, 4]);
  });
});
