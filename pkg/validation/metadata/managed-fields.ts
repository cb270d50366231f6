/** V13: the bookkeeping of field managers. */
import type { FieldError } from '../../api/field-error.ts';
import type { ObjectMeta } from '../../api/types.ts';
import { invalid, json, tooLong } from '../errors.ts';
import { isPrintable, unicodeName } from '../formats/quote.ts';
import { byteLength } from '../formats/text.ts';

const longestManager = 128;
const longestSubresource = 256;

/** Also the rule of the query parameter `fieldManager`. Positions count bytes. */
export function validateFieldManager(manager: string, field: string): FieldError[] {
  const errors = byteLength(manager) > longestManager ? [tooLong(field, longestManager)] : [];
  let position = 0;
  for (const character of manager) {
    if (!isPrintable(character)) {
      errors.push(invalid(field, manager, `invalid character ${unicodeName(character)} (at position ${position})`));
    }
    position += byteLength(character);
  }
  return errors;
}

export function validateManagedFields(entries: ObjectMeta['managedFields'], field: string): FieldError[] {
  return (entries ?? []).flatMap((entry, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      errors.push(invalid(`${at}.operation`, json(entry.operation ?? ''), 'must be `Apply` or `Update`'));
    }
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1') {
      errors.push(invalid(`${at}.fieldsType`, entry.fieldsType, 'must be `FieldsV1`'));
    }
    errors.push(...validateFieldManager(entry.manager ?? '', `${at}.manager`));
    if (byteLength(entry.subresource ?? '') > longestSubresource) {
      errors.push(tooLong(`${at}.subresource`, longestSubresource));
    }
    return errors;
  });
}
