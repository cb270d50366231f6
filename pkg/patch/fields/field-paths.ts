import type { FieldSet } from './field-set.ts';
import { sortedElements } from './fields-v1.ts';
import { printElement } from './path-element.ts';

/** Every member as people read it (`.spec.ports[port=80,protocol="TCP"].name`), in the order upstream lists conflicts. */
export function fieldPaths(set: FieldSet, prefix = ''): string[] {
  const elements = sortedElements(set);
  const members = elements.filter((element) => set.get(element)?.member === true);
  const paths = members.map((element) => prefix + printElement(element));
  for (const element of elements) {
    const children = set.get(element)?.children;
    if (children !== undefined && children.size > 0)
      paths.push(...fieldPaths(children, prefix + printElement(element)));
  }
  return paths;
}
