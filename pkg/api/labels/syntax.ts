/** What a label key and a label value may look like, in upstream's words. Linear scans after a length check (S33). */

const nameRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const keyRule =
  "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";

const isLower = (code: number): boolean => code >= 97 && code <= 122;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isAlphanumeric = (code: number): boolean => isLower(code) || isDigit(code) || (code >= 65 && code <= 90);
const isWordPart = (code: number): boolean => isAlphanumeric(code) || code === 45 || code === 95 || code === 46;

function isWord(text: string): boolean {
  if (text.length === 0) return false;
  for (let at = 0; at < text.length; at += 1) if (!isWordPart(text.charCodeAt(at))) return false;
  return isAlphanumeric(text.charCodeAt(0)) && isAlphanumeric(text.charCodeAt(text.length - 1));
}

function isSubdomain(text: string): boolean {
  return text.split('.').every((label) => {
    if (label.length === 0) return false;
    for (let at = 0; at < label.length; at += 1) {
      const code = label.charCodeAt(at);
      const inner = at > 0 && at < label.length - 1;
      if (!isLower(code) && !isDigit(code) && !(inner && code === 45)) return false;
    }
    return true;
  });
}

/** Every reason why `key` is no qualified name; empty when it is one. */
export function qualifiedNameProblems(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) return [keyRule];
  const problems: string[] = [];
  const [prefix, name] = parts.length === 2 ? parts : [undefined, key];
  if (prefix === '') problems.push('prefix part must be non-empty');
  else if (prefix !== undefined) {
    if (prefix.length > 253) problems.push('prefix part must be no more than 253 characters');
    if (!isSubdomain(prefix)) problems.push(`prefix part ${subdomainRule}`);
  }
  if (name === undefined || name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push('name part must be no more than 63 characters');
  if (name !== undefined && !isWord(name)) problems.push(nameRule);
  return problems;
}

/** Every reason why `value` is no label value. */
export function labelValueProblems(value: string): string[] {
  const problems: string[] = [];
  if (value.length > 63) problems.push('must be no more than 63 characters');
  if (value !== '' && !isWord(value)) problems.push(valueRule);
  return problems;
}

const joined = (problems: readonly string[]): string | undefined =>
  problems.length === 0 ? undefined : problems.join('; ');

export const labelKeyProblem = (key: string): string | undefined => joined(qualifiedNameProblems(key));
export const labelValueProblem = (value: string): string | undefined => joined(labelValueProblems(value));
