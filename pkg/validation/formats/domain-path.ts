/** `acme.io/foo`: a domain and a path below it. */
import type { FieldError } from '../../api/field-error.ts';
import { invalid, invalidEach, required } from '../errors.ts';
import { dnsSubdomainProblems } from './dns.ts';
import { regexSentence } from './text.ts';

const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const pathForm = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

export function domainPathErrors(text: string, field: string): FieldError[] {
  if (text === '') return [required(field)];
  const slash = text.indexOf('/');
  const [host, path] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)];
  if (slash <= 0 || path === '') {
    return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  return [
    ...invalidEach(field, host, dnsSubdomainProblems(host)),
    ...(pathForm.test(path) ? [] : [invalid(field, path, regexSentence('Invalid path', pathPattern))]),
  ];
}
