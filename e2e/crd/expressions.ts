/**
 * CEL rules about one value, tried where a definition is written: the value is the default of a property, so the answer
 * to a dry run says whether the rule compiles, and what it makes of the value.
 */
import type { Step } from '../upstream-api/script.ts';
import { definition, definitionsPath, object, spec, type Json } from './definitions.ts';

const string = { type: 'string' };
const integer = { type: 'integer' };
const self: Json = {
  s: 'hello',
  e: '',
  n: 'web-01',
  t: '2026-01-02T03:04:05Z',
  i: 3,
  z: 0,
  neg: -4,
  d: 1.5,
  b: true,
  f: false,
  q: '1Gi',
  ip: '10.0.0.1',
  cidr: '10.0.0.0/8',
  url: 'https://example.com:8080/a/b?x=y',
  l: ['b', 'a', 'c'],
  is: [1, 2, 3],
  none: [],
  m: { a: 1, b: 2 },
  o: { x: 1, y: 'why' },
  os: [
    { k: 'a', v: 1 },
    { k: 'b', v: 2 },
  ],
  'with-dash': 'dash',
  namespace: 'ns',
};
const bounded = { type: 'string', maxLength: 64 };
const schema: Json = object({
  s: bounded,
  e: bounded,
  n: bounded,
  t: { ...bounded, format: 'date-time' },
  i: integer,
  z: integer,
  neg: integer,
  d: { type: 'number' },
  b: { type: 'boolean' },
  f: { type: 'boolean' },
  q: bounded,
  ip: bounded,
  cidr: bounded,
  url: bounded,
  l: { type: 'array', maxItems: 8, items: bounded },
  is: { type: 'array', maxItems: 8, items: integer },
  none: { type: 'array', maxItems: 8, items: integer },
  m: { type: 'object', maxProperties: 8, additionalProperties: integer },
  o: object({ x: integer, y: bounded, gone: bounded }),
  os: { type: 'array', maxItems: 8, items: object({ k: bounded, v: integer }) },
  'with-dash': bounded,
  namespace: bounded,
  gone: string,
});

const texts = String.raw`
self.s == 'hello' | self.s != 'hello' | self.s < 'world' | self.s > 'world' | self.s <= 'hello' | self.s >= 'hellp' | self.s + '!' == 'hello!' | self.s in ['hello', 'bye'] | self.s in ['bye'] | !(self.s == 'bye')
self.s.size() == 5 | size(self.s) == 5 | self.e.size() == 0 | self.e == '' | self.s.startsWith('he') | self.s.endsWith('lo') | self.s.contains('ell') | self.s.contains('x') | self.s.matches('^h.*o$') | self.s.matches('^x')
matches(self.s, 'l+') | self.n.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') | self.s.matches('(?i)HELLO') | self.s.matches('(') | self.s.matches('(?=x)') | self.s.charAt(1) == 'e' | self.s.indexOf('l') == 2 | self.s.lastIndexOf('l') == 3 | self.s.indexOf('x') == -1 | self.s.indexOf('l', 3) == 3
self.s.substring(1) == 'ello' | self.s.substring(1, 3) == 'el' | self.s.substring(9) == '' | self.s.replace('l', 'L') == 'heLLo' | self.s.replace('l', 'L', 1) == 'heLlo' | self.s.split('l').size() == 3 | self.n.split('-') == ['web', '01'] | self.n.split('-', 1) == ['web-01'] | self.s.upperAscii() == 'HELLO' | self.s.lowerAscii() == 'hello'
'  x '.trim() == 'x' | self.l.join(',') == 'b,a,c' | self.l.join() == 'bac' | ['a', 'b'].join('-') == 'a-b' | self.s.reverse() == 'olleh' | 'a' < 'b' | 'a' + 'b' == 'ab' | "double" == 'double' | r'\d' == '\\d' | 'x' == "x"
self.i == 3 | self.i != 3 | self.i > 2 | self.i >= 3 | self.i < 3 | self.i <= 3 | self.i + 1 == 4 | self.i - 1 == 2 | self.i * 2 == 6 | self.i / 2 == 1
self.i % 2 == 1 | -self.i == -3 | self.neg < 0 | self.neg / 3 == -1 | self.neg % 3 == -1 | self.i / self.z == 1 | self.i % self.z == 1 | self.i in [1, 3] | self.i == 3 && self.s == 'hello' | self.i == 4 || self.s == 'hello'
self.i > 2 ? true : false | self.i > 5 ? self.i / self.z == 1 : true | self.i == 3.0 | self.i > 2.5 | self.i + 1.5 > 2.0 | self.i == '3' | self.d == 1.5 | self.d > 1.0 | self.d > 1 | self.d + 1.0 == 2.5
double(self.i) == 3.0 | int(self.d) == 1 | string(self.i) == '3' | int('42') == 42 | int('x') == 42 | double('1.5') == self.d | string(self.d) == '1.5' | bool('true') | uint(3) == 3u | 1u + 2u == 3u
9223372036854775807 + 1 > 0 | 0x10 == 16 | 1e3 == 1000.0 | type(self.i) == int | type(self.s) == string | type(self.l) == list | type(self.m) == map | type(self.b) == bool | type(self.d) == double | dyn(self.i) == 3
self.b | !self.b | self.b && self.f | self.b || self.f | self.b == true | self.f == false | self.b != self.f | self.b ? self.f : self.b | self.b && self.i / self.z == 0 | self.f && self.i / self.z == 0
self.l.size() == 3 | size(self.l) == 3 | self.l[0] == 'b' | self.l[3] == 'b' | self.l[-1] == 'b' | 'a' in self.l | 'x' in self.l | self.l == ['b', 'a', 'c'] | self.l != ['b'] | self.l + ['d'] == ['b', 'a', 'c', 'd']
self.l.all(x, x.size() == 1) | self.l.all(x, x == 'a') | self.l.exists(x, x == 'a') | self.l.exists(x, x == 'z') | self.l.exists_one(x, x == 'a') | self.l.map(x, x + x) == ['bb', 'aa', 'cc'] | self.l.filter(x, x != 'a') == ['b', 'c'] | self.l.map(x, x != 'a', x + '!') == ['b!', 'c!'] | self.none.all(x, x > 1) | self.none.exists(x, x > 1)
self.none.size() == 0 | self.none == [] | self.is.sum() == 6 | self.is.min() == 1 | self.is.max() == 3 | self.none.sum() == 0 | self.none.max() == 0 | self.is.isSorted() | self.l.isSorted() | self.is.indexOf(2) == 1
self.l.indexOf('c') == 2 | self.is.lastIndexOf(9) == -1 | self.is.map(x, x * 2).sum() == 12 | self.is.filter(x, x > 1).size() == 2 | self.is.all(x, self.is.exists(y, y == x)) | self.l.all(x, self.l.exists_one(y, x == y)) | self.l.map(x, x.size()).sum() == 3 | [1, 2] + [3] == self.is | [[1], [2]].size() == 2 | [1, 2, 3].exists(i, self.is[i - 1] == i)
'a' in self.m | 'z' in self.m | self.m['a'] == 1 | self.m.a == 1 | self.m['z'] == 1 | self.m.size() == 2 | self.m.all(k, self.m[k] > 0) | self.m.exists(k, self.m[k] == 2) | self.m == {'a': 1, 'b': 2} | self.m.map(k, k).size() == 2
self.m.filter(k, self.m[k] > 1) == ['b'] | {'x': 1}.x == 1 | {'x': 1}['x'] == 1 | size({'x': 1}) == 1 | self.m.all(k, k.size() == 1) | has(self.m.a) | has(self.m.z) | !has(self.m.z) | self.o.x == 1 | self.o.y == 'why'
has(self.o.x) | has(self.o.gone) | !has(self.o.gone) | !has(self.gone) || self.gone == 'x' | has(self.gone) && self.gone == 'x' | self.o.gone == 'x' | self.gone == 'x' | self.nope == 1 | self.o.nope == 1 | has(self.nope)
self.os.all(x, x.v > 0) | self.os.exists(x, x.k == 'b' && x.v == 2) | self.os.map(x, x.k) == ['a', 'b'] | self.os.filter(x, x.v > 1)[0].k == 'b' | self.os[0].k == 'a' | self.os.all(x, x.nope == 1) | self.os.exists_one(x, x.v == 1) | self.os.map(x, x.v).sum() == 3 | size(self.os.filter(x, x.k == 'z')) == 0 | self.os.all(a, self.os.filter(b, a.k == b.k).size() == 1)
self.with__dash__dash == 'dash' | self.__namespace__ == 'ns' | self.namespace == 'ns' | has(self.with__dash__dash) | self['s'] == 'hello' | self.o == self.o | self.l == self.l | self.os == self.os | self == self | self.?gone.orValue('x') == 'x'
self.?s.orValue('x') == 'hello' | self.o.?gone.hasValue() | self.?o.?y.value() == 'why' | optional.of(1).value() == 1 | optional.none().hasValue() | self.l[?0].orValue('z') == 'b' | self.l[?9].orValue('z') == 'z' | self.m[?'a'].orValue(0) == 1 | self.m[?'z'].orValue(7) == 7 | optional.ofNonZeroValue(0).hasValue()
self.t > timestamp('2025-01-01T00:00:00Z') | self.t < timestamp('2025-01-01T00:00:00Z') | self.t == timestamp('2026-01-02T03:04:05Z') | self.t.getFullYear() == 2026 | self.t.getMonth() == 0 | self.t.getDayOfMonth() == 1 | self.t.getHours() == 3 | self.t + duration('1h') > self.t | duration('1h') > duration('1m') | duration('90s') == duration('1m30s')
duration('1h').getSeconds() == 3600 | duration('x') == duration('1s') | timestamp('x') == self.t | self.t - self.t == duration('0s') | duration('1h') + duration('1h') == duration('2h') | string(duration('1h')) == '3600s' | timestamp('2026-01-02T03:04:05Z').getMinutes() == 4 | duration('1h30m').getMinutes() == 90 | duration('1s').getMilliseconds() == 1000 | duration('-1s') < duration('0s')
isQuantity(self.q) | isQuantity('x') | quantity(self.q).isGreaterThan(quantity('1Mi')) | quantity(self.q).isLessThan(quantity('1Mi')) | quantity('1Gi').compareTo(quantity('1024Mi')) == 0 | quantity('50k').isInteger() | quantity('50').asInteger() == 50 | quantity('1').sign() == 1 | quantity('x').sign() == 1 | quantity('1').add(quantity('2')).compareTo(quantity('3')) == 0
quantity('3').sub(quantity('2')).compareTo(quantity('1')) == 0 | quantity('50k') == quantity('50000') | quantity('1.5').asApproximateFloat() == 1.5 | quantity('1').add(2).asInteger() == 3 | isIP(self.ip) | isIP('x') | ip(self.ip).family() == 4 | ip('::1').family() == 6 | ip('x').family() == 4 | ip('127.0.0.1').isLoopback()
ip('0.0.0.0').isUnspecified() | ip('10.0.0.1') == ip('10.0.0.1') | isCIDR(self.cidr) | isCIDR('10.0.0.1') | cidr(self.cidr).containsIP(ip('10.1.2.3')) | cidr(self.cidr).containsIP('11.0.0.1') | cidr(self.cidr).prefixLength() == 8 | cidr(self.cidr).containsCIDR('10.1.0.0/16') | cidr(self.cidr).ip() == ip('10.0.0.0') | string(ip('10.0.0.1')) == '10.0.0.1'
isURL(self.url) | isURL('x y') | url(self.url).getScheme() == 'https' | url(self.url).getHost() == 'example.com:8080' | url(self.url).getHostname() == 'example.com' | url(self.url).getPort() == '8080' | url(self.url).getEscapedPath() == '/a/b' | url(self.url).getQuery() == {'x': ['y']} | url('x y').getHost() == '' | url('/a').getScheme() == ''
self.s.find('l+') == 'll' | self.s.find('x') == '' | self.s.findAll('l') == ['l', 'l'] | self.s.findAll('l', 1) == ['l'] | 'abc 123'.find('[0-9]+') == '123' | '%s-%d'.format(['a', 1]) == 'a-1' | '%.2f'.format([1.5]) == '1.50' | '%x'.format([255]) == 'ff' | '%s'.format([[1, 2]]) == '[1, 2]' | '%s'.format([true]) == 'true'
format.dns1123Label().validate('abc').hasValue() | !format.dns1123Label().validate('abc').hasValue() | !format.named('dns1123Label').hasValue() | isSemver('1.2.3') | semver('1.2.3').major() == 1 | semver('1.2.3').isLessThan(semver('1.3.0')) | isSemver('x') | sets.contains([1, 2], [1]) | sets.intersects([1], [2]) | sets.equivalent([1, 1], [1])
cel.bind(x, self.i, x == 3) | self.is.map(i, i + 1)[0] == 2 | 1 | 'x' | self.i | self.s | null == null | self.s == null | [1, 'a'].size() == 2 | {'a': 1, 'b': 'x'}.size() == 2
self.i == | (self.i == 3 | self.i = 3 | self.i === 3 | self.i == 3; | self.i && true | !self.i | self.s + 1 == 'x' | foo(self.s) | self.s.foo()
nope == 1 | self.l.all(x) | self.l.all(x, y) | has(self) | has(self.s.size()) | self.l.map(x, nope) == [] | oldSelf.i == self.i | self.i > oldSelf.i | true | false
math.greatest(1, 2) == 2 | self.l.sort() == ['a', 'b', 'c'] | self.is.slice(0, 2) == [1, 2] | self.is.reverse() == [3, 2, 1] | self.is.distinct() == [1, 2, 3] | self.is.flatten() == [1, 2, 3] | lists.range(3) == [0, 1, 2] | self.m.all(k, v, v > 0) | self.l.all(i, v, i >= 0) | self.l.transformList(i, v, v) == self.l
`;

export const expressions: readonly string[] = [
  ...new Set(
    texts
      .split(/\n| \| /)
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  ),
];

export const expressionSteps: readonly Step[] = expressions.map((rule) => ({
  id: `CEL ${rule}`,
  method: 'POST',
  path: `${definitionsPath}?dryRun=All`,
  body: definition(spec(object({ v: { ...schema, default: self, 'x-kubernetes-validations': [{ rule }] } })), {
    kind: 'Rule',
  }),
}));

export type Outcome = 'true' | 'false' | 'fails' | 'does not compile';

/** Compilers word their errors each in their own way; what comes out has to be the same. */
export function outcomeOf(code: number, body: unknown): Outcome {
  if (code === 201) return 'true';
  const text = JSON.stringify(body);
  if (/failed rule: /.test(text)) return 'false';
  return /evaluating rule: |for rule: /.test(text) ? 'fails' : 'does not compile';
}
