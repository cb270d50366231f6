/** Keys of ConfigMaps and Secrets, which become file names in Pods. */
import { longestSubdomain } from './dns.ts';
import { byteLength, regexSentence, tooManyCharacters } from './text.ts';

const keyRule = regexSentence(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  '[-._a-zA-Z0-9]+',
  'key.name',
  'KEY_NAME',
  'key-name',
);

/** Also catches `.`, `..` and what begins with two dots. */
export function configKeyProblems(key: string): string[] {
  const problems: string[] = [];
  if (byteLength(key) > longestSubdomain) problems.push(tooManyCharacters(longestSubdomain));
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) problems.push(keyRule);
  return [...problems, ...parentFolderProblems(key)];
}

/** Names that would climb out of a folder. */
export function parentFolderProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`must not be '${name}'`];
  return name.startsWith('..') ? ["must not start with '..'"] : [];
}
