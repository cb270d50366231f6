/** One environment variable. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** Octets the kernel counts for a variable: `NAME=value` and a zero. */
export function variableOctets({ name, value }: Variable): number {
  return utf8Length(name) + utf8Length(value) + 2;
}

function utf8Length(text: string): number {
  let octets = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    octets += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return octets;
}
