/** Expressions whose outcome differs from that of the real server, and why. */
const types = 'values have no types here before they are there: what cannot fit is found when the rule runs';
const loops = 'loops over keys and values at once are not known here';

export const differing: ReadonlyMap<string, string> = new Map([
  ["['a', 'b'].join('-') == 'a-b'", 'costs are not estimated before a rule runs; upstream takes this for boundless'],
  ['self.i == 3.0', types],
  ['self.i + 1.5 > 2.0', types],
  ["self.i == '3'", types],
  ["int('x') == 42", types],
  ['self.os.all(x, x.nope == 1)', types],
  ["self['s'] == 'hello'", types],
  ['self.s == null', types],
  ["[1, 'a'].size() == 2", types],
  ["{'a': 1, 'b': 'x'}.size() == 2", types],
  ['self.i && true', types],
  ['!self.i', types],
  ['optional.ofNonZeroValue(0).hasValue()', 'not known here'],
  ['self.m.all(k, v, v > 0)', loops],
  ['self.l.all(i, v, i >= 0)', loops],
  ['self.l.transformList(i, v, v) == self.l', loops],
]);
