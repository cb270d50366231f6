/** Several complaints in one text, as upstream writes them: each once, in brackets when there are several. */
export function aggregate(messages: readonly string[]): string {
  const once = [...new Set(messages)];
  return once.length === 1 ? (once[0] ?? '') : `[${once.join(', ')}]`;
}
