/** additionalPrinterColumns: the cells that `kubectl get` shows for an object (T1). */
import type { KubeObject } from '../api/types.ts';
import { goJson } from '../validation/formats/quote.ts';
import { printGoValue } from '../patch/index.ts';
import type { PrinterColumn } from './definition.ts';
import { parseJsonPath, JsonPathError } from './json-path.ts';

/** What a column shows of an object; `age` turns a time into how long ago that was. */
export function columnCell(
  column: PrinterColumn,
  age: (time: string, now: number) => string,
): (object: KubeObject, now: number) => unknown {
  let find: (value: unknown) => unknown[];
  try {
    find = parseJsonPath(column.jsonPath);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    return () => null;
  }
  return (object, now) => {
    const [value] = find(object);
    return value === undefined || value === null ? null : cellOf(column.type, value, now, age);
  };
}

function cellOf(type: string, value: unknown, now: number, age: (time: string, now: number) => string): unknown {
  switch (type) {
    case 'string':
      return textOf(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : age(value, now);
    default:
      return null;
  }
}

/** Objects and lists print as JSON. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? goJson(value) : printGoValue(value);

/** Without columns of its own a kind shows its age. */
export const defaultColumns: readonly PrinterColumn[] = [
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];
