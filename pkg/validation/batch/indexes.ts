/** Lists of completion indexes: `1,3-5,7`. */
import { goQuote } from '../../api/schema/go-quote.ts';

/** How many it names, or what is wrong with it. */
export function indexesOf(text: string, completions: number): number | string {
  if (text === '') return 0;
  let last = -1;
  let total = 0;
  for (const part of text.split(',')) {
    const [first = '', second, ...more] = part.split('-');
    if (more.length > 0) {
      return `the fragment ${goQuote(part)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    }
    const from = readIndex(first, completions);
    if (typeof from === 'string') return from;
    const to = second === undefined ? from : readIndex(second, completions);
    if (typeof to === 'string') return to;
    if (second !== undefined && from >= to) return backwards(from, to);
    if (last >= from) return backwards(last, from);
    total += to - from + 1;
    last = to;
  }
  return total;
}

const backwards = (previous: number, current: number): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`;

function readIndex(text: string, completions: number): number | string {
  if (!/^\+?[0-9]+$/.test(text)) return `cannot convert string to integer for index: ${goQuote(text)}`;
  const index = Number(text);
  return index < completions ? index : `too large index: ${goQuote(text)}`;
}
