/** The formats in a definition's schemas that say nothing here. */
import type { CustomResourceDefinition } from './definition.ts';
import { isKnownFormat } from './formats.ts';
import { schemasIn } from './schema.ts';

export function formatsOf({ spec }: CustomResourceDefinition): string[] {
  return (spec.versions ?? []).flatMap(({ schema }) =>
    [...schemasIn(schema?.openAPIV3Schema)].flatMap(({ type, format = '' }) =>
      format === '' || isKnownFormat(type, format) ? [] : [format],
    ),
  );
}
