const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first `length` characters of RFC 4648 base32. Throws when the bytes do not carry that many. */
export function base32Prefix(bytes: Uint8Array, length: number): string {
  if (length * 5 > bytes.length * 8) throw new RangeError(`${bytes.length} bytes give fewer than ${length} characters`);
  let text = '';
  for (let bit = 0; bit < length * 5; bit += 5) {
    const pair = ((bytes[bit >>> 3] ?? 0) << 8) | (bytes[(bit >>> 3) + 1] ?? 0);
    text += alphabet.charAt((pair >>> (11 - (bit & 7))) & 31);
  }
  return text;
}
