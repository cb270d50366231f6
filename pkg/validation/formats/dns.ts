/**
 * DNS names. Each function returns every sentence the value earns, in upstream's order; none means it is fine. Longer
 * names are split at their dots first, so that no pattern nests repetitions (S33).
 */
import { byteLength, regexSentence, tooManyBytes, tooManyCharacters } from './text.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const looseLabel = /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const startsWithLetter = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainPattern = `${labelPattern}(\\.${labelPattern})*`;
const looseLabelPattern = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';

const labelRule = regexSentence(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  labelPattern,
  'my-name',
  '123-abc',
);
const subdomainRule = regexSentence(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomainPattern,
  'example.com',
);
const looseSubdomainRule = regexSentence(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  `${looseLabelPattern}(\\.${looseLabelPattern})*`,
  'example.com',
);
const letterLabelRule = regexSentence(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  'my-name',
  'abc-123',
);
const wildcardRule = regexSentence(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  `\\*\\.${subdomainPattern}`,
  '*.example.com',
);

export const longestLabel = 63;
export const longestSubdomain = 253;

const isSubdomain = (text: string): boolean => text.split('.').every((part) => label.test(part));

/** {M1}; a value that only fails for its dots is told so. */
export function dnsLabelProblems(text: string): string[] {
  const problems: string[] = [];
  if (byteLength(text) > longestLabel) problems.push(tooManyCharacters(longestLabel));
  if (!label.test(text)) problems.push(isSubdomain(text) ? 'must not contain dots' : labelRule);
  return problems;
}

/** {M2} */
export function dnsSubdomainProblems(text: string): string[] {
  const problems: string[] = [];
  if (byteLength(text) > longestSubdomain) problems.push(tooManyCharacters(longestSubdomain));
  if (!isSubdomain(text)) problems.push(subdomainRule);
  return problems;
}

/** As dnsSubdomainProblems, in the words label prefixes and newer kinds use (`bytes`). */
export function dnsSubdomainProblemsInBytes(text: string): string[] {
  const problems: string[] = [];
  if (byteLength(text) > longestSubdomain) problems.push(tooManyBytes(longestSubdomain));
  if (!isSubdomain(text)) problems.push(subdomainRule);
  return problems;
}

/** Search domains of a Pod: underscores allowed. */
export function looseSubdomainProblems(text: string): string[] {
  const problems: string[] = [];
  if (byteLength(text) > longestSubdomain) problems.push(tooManyCharacters(longestSubdomain));
  if (!text.split('.').every((part) => looseLabel.test(part))) problems.push(looseSubdomainRule);
  return problems;
}

/** {M3}: starts with a letter. */
export function dns1035LabelProblems(text: string): string[] {
  const problems: string[] = [];
  if (byteLength(text) > longestLabel) problems.push(tooManyCharacters(longestLabel));
  if (!startsWithLetter.test(text)) problems.push(letterLabelRule);
  return problems;
}

/** `*.example.com` */
export function wildcardProblems(text: string): string[] {
  const problems: string[] = [];
  if (byteLength(text) > longestSubdomain) problems.push(tooManyCharacters(longestSubdomain));
  if (!text.startsWith('*.') || !isSubdomain(text.slice(2))) problems.push(wildcardRule);
  return problems;
}
