/** Query parameters the way apimachinery reads them (P8). */
import { badRequest } from '../../api/status.ts';

/** Absent, `0` and `false` are false; anything else, the empty string included, is true. */
export function booleanParam(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== '0' && text.toLowerCase() !== 'false';
}

export function integerParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!/^[+-]?\d{1,19}$/.test(text) || !Number.isSafeInteger(value)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return value;
}

const units = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** A Go duration in milliseconds: `1m30s`, `500ms`, `0`. Undefined when it is none. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  const parts = /^[+]?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(text) ? text.match(/[\d.]+|[a-zµ]+/g) : null;
  if (text.length > 64 || parts === null) return undefined;
  let total = 0;
  for (let at = 0; at + 1 < parts.length; at += 2) {
    total += Number(parts[at]) * (units.get(parts[at + 1] ?? '') ?? Number.NaN);
  }
  return Number.isFinite(total) ? total : undefined;
}
