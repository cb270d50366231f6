/** Port numbers and port names. */
import { between, byteLength, tooManyCharacters } from './text.ts';

/** {M9} */
export const portNumberProblems = (port: number): string[] => (port >= 1 && port <= 65_535 ? [] : [between(1, 65_535)]);

/** At most 15 of `[-a-z0-9]` with a letter among them, no hyphen at an end or beside another: every fault is told. */
export function portNameProblems(name: string): string[] {
  const problems: string[] = [];
  if (byteLength(name) > 15) problems.push(tooManyCharacters(15));
  if (!/^[-a-z0-9]+$/.test(name)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}
