/** Label keys (also called qualified names) and label values. */
import { dnsSubdomainProblemsInBytes } from './dns.ts';
import { byteLength, nonEmpty, regexSentence, tooManyBytes } from './text.ts';

const limit = 63;
const word = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const wordPattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const wordRule = regexSentence(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  wordPattern,
  'MyName',
  'my.name',
  '123-abc',
);
const valueRule = regexSentence(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${wordPattern})?`,
  'MyValue',
  'my_value',
  '12345',
);

/** {M4}, {M5}: `name` or `prefix/name`. An empty name earns two sentences. */
export function labelKeyProblems(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    return [`a valid label key ${wordRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const [first = '', second] = parts;
  const name = second ?? first;
  const problems: string[] = [];
  if (second !== undefined) {
    const prefix = first === '' ? [nonEmpty] : dnsSubdomainProblemsInBytes(first);
    problems.push(...prefix.map((problem) => `prefix part ${problem}`));
  }
  if (name === '') problems.push(`name part ${nonEmpty}`);
  else if (byteLength(name) > limit) problems.push(`name part ${tooManyBytes(limit)}`);
  if (!word.test(name)) problems.push(`name part ${wordRule}`);
  return problems;
}

/** {M6} */
export function labelValueProblems(value: string): string[] {
  const problems: string[] = [];
  if (byteLength(value) > limit) problems.push(tooManyBytes(limit));
  if (value !== '' && !word.test(value)) problems.push(valueRule);
  return problems;
}
