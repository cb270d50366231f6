/** Which special range an address lies in. Names and borders are those of Go's net.IP; mapped addresses are unmapped. */
import { type Ip, unmapped } from './address.ts';

const inIPv4 = (value: number, network: number, bits: number): boolean => value >>> (32 - bits) === network;
const inIPv6 = (value: bigint, network: bigint, bits: number): boolean => value >> BigInt(128 - bits) === network;

/** `0.0.0.0`, `::` */
export function isUnspecified(ip: Ip): boolean {
  const plain = unmapped(ip);
  return plain.family === 'IPv4' ? plain.value === 0 : plain.value === 0n;
}

/** 127.0.0.0/8, ::1 */
export function isLoopback(ip: Ip): boolean {
  const plain = unmapped(ip);
  return plain.family === 'IPv4' ? inIPv4(plain.value, 127, 8) : plain.value === 1n;
}

/** 169.254.0.0/16, fe80::/10 */
export function isLinkLocalUnicast(ip: Ip): boolean {
  const plain = unmapped(ip);
  return plain.family === 'IPv4' ? inIPv4(plain.value, 0xa9fe, 16) : inIPv6(plain.value, 0xfe80n >> 6n, 10);
}

/** 224.0.0.0/24, ff02::/16 (Q19: the message says /10). */
export function isLinkLocalMulticast(ip: Ip): boolean {
  const plain = unmapped(ip);
  return plain.family === 'IPv4' ? inIPv4(plain.value, 0xe00000, 24) : inIPv6(plain.value, 0xff02n, 16);
}

/** 224.0.0.0/4, ff00::/8 */
export function isMulticast(ip: Ip): boolean {
  const plain = unmapped(ip);
  return plain.family === 'IPv4' ? inIPv4(plain.value, 0xe, 4) : inIPv6(plain.value, 0xffn, 8);
}
