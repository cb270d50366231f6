/** F7: warnings that travel beside an answer, `Warning: 299 - "text"`. One collector a request. */
export class Warnings {
  readonly #texts = new Set<string>();

  add(text: string): void {
    // A header cannot carry control characters; upstream drops them as well.
    this.#texts.add(Array.from(text).filter(isPrintable).join(''));
  }

  addAll(texts: readonly string[]): void {
    for (const text of texts) this.add(text);
  }

  /** Header values; beyond 4,096 characters in total every text is cut to 256. */
  toHeaders(): string[] {
    const texts = [...this.#texts];
    const long = texts.reduce((sum, text) => sum + text.length, 0) > 4096;
    return texts.map((text) => `299 - ${quote(long ? text.slice(0, 256) : text)}`);
  }
}

const isPrintable = (char: string): boolean => char >= ' ' && char !== '\u007f';

/** Header values are latin1 on the wire; what does not fit is sent as its UTF-8 bytes, as Go does. */
function quote(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&');
  return `"${Buffer.from(escaped, 'utf8').toString('latin1')}"`;
}
