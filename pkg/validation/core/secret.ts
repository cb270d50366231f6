/** Secret: keys, total size, what each well-known type must hold. `stringData` has been merged into `data` before. */
import type { FieldError } from '../../api/field-error.ts';
import type { Secret } from '../../api/types.ts';
import { sameValue } from '../equal.ts';
import { forbidden, invalid, invalidEach, json, required, tooLong } from '../errors.ts';
import { configKeyProblems } from '../formats/keys.ts';
import { entriesOf, hasKey, valueOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

const mostBytes = 1024 * 1024;
/** Said once the owner has asked for immutability. */
export const frozen = 'field is immutable when `immutable` is set';
const accountAnnotation = 'kubernetes.io/service-account.name';

/** How many bytes a base64 text stands for. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((text.length * 3) / 4) - padding);
}

export function validateSecret(secret: Secret): FieldError[] {
  const errors = validateObjectMeta(secret.metadata, true, subdomainName);
  let bytes = 0;
  for (const [key, value] of entriesOf(secret.data)) {
    errors.push(...invalidEach(`data[${key}]`, key, configKeyProblems(key)));
    bytes += base64Bytes(value);
  }
  if (bytes > mostBytes) errors.push(tooLong('data', mostBytes));
  return [...errors, ...validateType(secret)];
}

function validateType(secret: Secret): FieldError[] {
  const needed = (...keys: string[]): FieldError[] =>
    keys.filter((key) => !hasKey(secret.data, key)).map((key) => required(`data[${key}]`));
  switch (secret.type) {
    case 'kubernetes.io/service-account-token':
      return valueOf(secret.metadata.annotations, accountAnnotation)
        ? []
        : [required(`metadata.annotations[${accountAnnotation}]`)];
    case 'kubernetes.io/dockercfg':
      return validateJson(secret, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return validateJson(secret, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth':
      return needed('username', 'password').length === 2 ? needed('username', 'password') : [];
    case 'kubernetes.io/ssh-auth':
      return valueOf(secret.data, 'ssh-privatekey') ? [] : [required('data[ssh-privatekey]')];
    case 'kubernetes.io/tls':
      return needed('tls.crt', 'tls.key');
    case undefined:
    default:
      return [];
  }
}

/** The content must be a JSON object; its text is never shown. */
function validateJson(secret: Secret, key: string): FieldError[] {
  const value = valueOf(secret.data, key);
  if (value === undefined) return [required(`data[${key}]`)];
  const fault = jsonFault(value);
  return fault === undefined ? [] : [invalid(`data[${key}]`, '<secret contents redacted>', fault)];
}

/** Go's words for the usual fault, ours for the rest. */
function jsonFault(base64: string): string | undefined {
  if (base64 === '') return 'unexpected end of JSON input';
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))));
    return typeof value === 'object' && !Array.isArray(value)
      ? undefined
      : 'json: cannot unmarshal into Go value of type map[string]interface {}';
  } catch {
    return 'invalid JSON';
  }
}

export function validateSecretUpdate(next: Secret, previous: Secret): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  if ((next.type ?? '') !== (previous.type ?? '')) errors.push(invalid('type', json(next.type ?? ''), immutable));
  if (previous.immutable === true) {
    if (next.immutable !== true) errors.push(forbidden('immutable', frozen));
    if (!sameValue(next.data, previous.data)) errors.push(forbidden('data', frozen));
  }
  return [...errors, ...validateSecret(next)];
}
