/** Go's regular expressions, matched in linear time. */
export { Regexp, regexpOf, RegexpSyntaxError } from './regexp.ts';
