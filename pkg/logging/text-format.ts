import { styleText } from 'node:util';

type Styles = Parameters<typeof styleText>[0];

const styles: Readonly<Record<string, Styles>> = { error: 'red', warn: 'yellow', debug: 'gray', trace: 'gray' };
const names: Readonly<Record<string, string>> = { error: 'ERROR', warn: 'WARN', info: 'INFO', change: 'INFO' };

/** A line for people: time, level where it says something, sentence, fields. `record` is what pino wrote. */
export function renderText(record: Readonly<Record<string, unknown>>, color: boolean): string {
  const { ts, level, msg, ...fields } = record;
  const label = names[level as string] ?? String(level).toUpperCase();
  const paint = (style: Styles | undefined, text: string): string =>
    color && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  const time = new Date(typeof ts === 'number' ? ts : 0).toISOString().slice(11, 23);
  const told = Object.entries(fields).map(([name, value]) => `${paint('gray', `${name}=`)}${renderValue(value)}`);
  return [paint('gray', time), paint(styles[level as string], label.padEnd(5)), String(msg), ...told].join(' ');
}

function renderValue(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
  if (isReference(value)) return value.namespace ? `${value.namespace}/${value.name}` : value.name;
  return JSON.stringify(value) ?? String(value);
}

/** E6: objects are logged as `{ namespace, name }`. */
function isReference(value: unknown): value is { readonly namespace?: string; readonly name: string } {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value).filter((key) => key !== 'kind');
  return keys.includes('name') && keys.every((key) => key === 'name' || key === 'namespace');
}
