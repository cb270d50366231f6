import { selectorFromSpec, SelectorError } from '../../api/labels/selector.ts';
import { at, list, text, type Json } from './read.ts';

/** `a=b,c=d`, sorted; `<none>` when there are none. */
export function formatLabels(labels: unknown): string {
  if (typeof labels !== 'object' || labels === null) return '<none>';
  const pairs = Object.entries(labels as Json).map(([key, value]) => `${key}=${String(value)}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}

/** A LabelSelector in the text grammar; one that cannot be read shows as an error instead of failing the row. */
export function formatSelector(selector: unknown): string {
  if (selector === undefined) return '<none>';
  try {
    const formatted = selectorFromSpec(selector as Parameters<typeof selectorFromSpec>[0]).toString();
    return formatted === '' ? '<none>' : formatted;
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}

/** Names and images of the containers of a Pod template. */
export function containerCells(template: unknown): readonly [string, string] {
  const containers = list(template, 'spec', 'containers');
  return [
    containers.map((container) => text(container, ['name'])).join(','),
    containers.map((container) => text(container, ['image'])).join(','),
  ];
}

export const isDefault = (object: unknown, annotations: readonly string[]): boolean =>
  annotations.some((annotation) => at(object, 'metadata', 'annotations', annotation) === 'true');
