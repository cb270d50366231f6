/** O32: topology hints of an endpoint. Too many of one sort end the check. */
import type { FieldError } from '../../api/field-error.ts';
import type { Endpoint } from '../../api/types.ts';
import { duplicate, invalidEach, tooMany } from '../errors.ts';
import { dnsSubdomainProblems } from '../formats/dns.ts';
import { labelValueProblems } from '../formats/labels.ts';
import type { Loose } from '../loose.ts';

const mostHints = 8;

export function validateHints(hints: Loose<NonNullable<Endpoint['hints']>>, field: string): FieldError[] {
  const { forZones = [], forNodes = [] } = hints;
  if (forZones.length > mostHints) return [tooMany(`${field}.forZones`, forZones.length, mostHints)];
  const errors = validateNames(forZones, `${field}.forZones`, labelValueProblems);
  if (forNodes.length > mostHints) return [...errors, tooMany(`${field}.forNodes`, forNodes.length, mostHints)];
  return [...errors, ...validateNames(forNodes, `${field}.forNodes`, dnsSubdomainProblems)];
}

function validateNames(
  items: readonly { name?: string }[],
  field: string,
  problemsOf: (name: string) => string[],
): FieldError[] {
  const seen = new Set<string>();
  return items.flatMap(({ name = '' }, index) => {
    const at = `${field}[${index}].name`;
    const repeated = seen.has(name) ? [duplicate(at, name)] : [];
    seen.add(name);
    return [...repeated, ...invalidEach(at, name, problemsOf(name))];
  });
}
