/** ConfigMap: keys, total size, and immutability once asked for. */
import type { FieldError } from '../../api/field-error.ts';
import type { ConfigMap } from '../../api/types.ts';
import { sameValue } from '../equal.ts';
import { forbidden, invalid, invalidEach, tooLong } from '../errors.ts';
import { configKeyProblems } from '../formats/keys.ts';
import { byteLength } from '../formats/text.ts';
import { entriesOf, hasKey } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { base64Bytes, frozen } from './secret.ts';

const mostBytes = 1024 * 1024;

export function validateConfigMap(map: ConfigMap): FieldError[] {
  const errors = validateObjectMeta(map.metadata, true, subdomainName);
  let bytes = 0;
  for (const [key, value] of entriesOf(map.data)) {
    errors.push(...invalidEach(`data[${key}]`, key, configKeyProblems(key)));
    if (hasKey(map.binaryData, key)) {
      errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
    bytes += byteLength(value);
  }
  for (const [key, value] of entriesOf(map.binaryData)) {
    errors.push(...invalidEach(`binaryData[${key}]`, key, configKeyProblems(key)));
    bytes += base64Bytes(value);
  }
  // An empty path: the whole object is meant.
  if (bytes > mostBytes) errors.push(tooLong('', mostBytes));
  return errors;
}

export function validateConfigMapUpdate(next: ConfigMap, previous: ConfigMap): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  if (previous.immutable === true) {
    if (next.immutable !== true) errors.push(forbidden('immutable', frozen));
    if (!sameValue(next.data, previous.data)) errors.push(forbidden('data', frozen));
    if (!sameValue(next.binaryData, previous.binaryData)) errors.push(forbidden('binaryData', frozen));
  }
  return [...errors, ...validateConfigMap(next)];
}
