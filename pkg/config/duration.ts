import { ConfigError } from './config-error.ts';

const unitMs: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

const part = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;

/** A Go duration (`1h30m`, `1.5s`, `250ms`, `-2m`, `0`) in milliseconds. Throws a ConfigError with Go's own words. */
export function parseDuration(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  const invalid = () => new ConfigError(`time: invalid duration ${JSON.stringify(text)}`);
  if (body === '') throw invalid();
  let total = 0;
  part.lastIndex = 0;
  while (part.lastIndex < body.length) {
    const match = part.exec(body);
    if (match === null) throw invalid();
    const [, number = '', unit = ''] = match;
    if (unit === '') throw new ConfigError(`time: missing unit in duration ${JSON.stringify(text)}`);
    const ms = unitMs.get(unit);
    if (ms === undefined) {
      throw new ConfigError(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    }
    total += Number(number) * ms;
  }
  return sign * total;
}

/** The way Go prints it: `1h30m0s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return '0s';
  if (ms < 1e-3) return `${trim(ms * 1e6)}ns`;
  if (ms < 1) return `${trim(ms * 1e3)}µs`;
  if (ms < 1000) return `${trim(ms)}ms`;
  const seconds = `${trim((ms % 60_000) / 1000)}s`;
  if (ms < 60_000) return seconds;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}

const trim = (value: number): string => String(Number(value.toFixed(9)));
