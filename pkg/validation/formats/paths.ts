/** Names that become URL and storage path segments. */

/** May stand as a whole segment; empty is fine here. */
export function pathSegmentProblems(name: string): string[] {
  return name === '.' || name === '..' ? [`may not be '${name}'`] : pathSegmentPrefixProblems(name);
}

/** May begin a segment, as generateName does. */
export const pathSegmentPrefixProblems = (name: string): string[] =>
  ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
