/**
 * IPv4 as an unsigned 32-bit number (DI2). Two readers: strict refuses leading zeros; tolerant reads them as decimal,
 * the way stored Kubernetes objects have always been read. Neither takes hexadecimal, octal or short forms.
 */

const dot = 46;
const zero = 48;

function read(text: string, start: number, tolerant: boolean): number | undefined {
  let at = start;
  let value = 0;
  for (let octet = 0; octet < 4; octet += 1) {
    if (octet > 0) {
      if (text.charCodeAt(at) !== dot) return undefined;
      at += 1;
    }
    const first = at;
    let number = 0;
    for (; at < text.length; at += 1) {
      const digit = text.charCodeAt(at) - zero;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
      if (number > 255) return undefined;
    }
    if (at === first) return undefined;
    if (!tolerant && at - first > 1 && text.charCodeAt(first) === zero) return undefined;
    value = value * 256 + number;
  }
  return at === text.length ? value : undefined;
}

/** `10.9.8.7` → 168364039; anything else, leading zeros included, → undefined. `start` skips a prefix of the text. */
export const parseIPv4 = (text: string, start = 0): number | undefined => read(text, start, false);

/** As parseIPv4, but `010.09.8.7` is 10.9.8.7 (DI1: decimal, never octal). */
export const parseIPv4Tolerant = (text: string, start = 0): number | undefined => read(text, start, true);

/** Dotted decimal. */
export function formatIPv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}
