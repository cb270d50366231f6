/** The schedule of a CronJob: five fields, or a name such as `@daily`. */

interface Field {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Field[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: months },
  { low: 0, high: 6, names: days },
];
const descriptors = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);
const duration =
  /^[+-]?(0|([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*)$/;

/** The first thing wrong with it. */
export function scheduleProblem(schedule: string): string | undefined {
  const text = schedule.replace(/^(?:CRON_)?TZ=\S* */, '');
  if (text.startsWith('@')) return descriptorProblem(text);
  const parts = text.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== fields.length) {
    return `expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(' ')}]`;
  }
  for (const [index, field] of fields.entries()) {
    for (const range of (parts[index] ?? '').split(',')) {
      const problem = range === '' ? undefined : rangeProblem(range, field);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function descriptorProblem(text: string): string | undefined {
  if (descriptors.has(text)) return undefined;
  const every = '@every ';
  if (!text.startsWith(every)) return `unrecognized descriptor: ${text}`;
  const span = text.slice(every.length);
  return duration.test(span)
    ? undefined
    : `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(span)}`;
}

/** `5`, `1-5`, `*`, each with an optional `/step`. A number with a step runs to the end. */
function rangeProblem(text: string, { low, high, names }: Field): string | undefined {
  const [range = '', step, ...more] = text.split('/');
  const [first = '', last, ...others] = range.split('-');
  const star = first === '*' || first === '?';
  const start = star ? low : readNumber(first, names);
  if (typeof start === 'string') return start;
  if (!star && others.length > 0) return `too many hyphens: ${text}`;
  let end: number | string = star ? high : last === undefined ? start : readNumber(last, names);
  if (typeof end === 'string') return end;
  if (more.length > 0) return `too many slashes: ${text}`;
  const stride = step === undefined ? 1 : readNumber(step);
  if (typeof stride === 'string') return stride;
  if (step !== undefined && last === undefined) end = high;
  if (start < low) return `beginning of range (${start}) below minimum (${low}): ${text}`;
  if (end > high) return `end of range (${end}) above maximum (${high}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return stride === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

/** The number, or why there is none. */
function readNumber(text: string, names: readonly string[] = []): number | string {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return names === months ? named + 1 : named;
  if (!/^[+-]?[0-9]+$/.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  }
  const number = Number.parseInt(text, 10);
  return number < 0 ? `negative number (${number}) not allowed: ${text}` : number;
}
