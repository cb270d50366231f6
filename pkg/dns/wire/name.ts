/**
 * Domain names in wire form, one character an octet: `\x03web\x04shop\x00`. Labels keep their boundaries whatever
 * octets they hold (N18), comparison and suffix search are plain string work, and a Map can be keyed by them.
 */
import { MAX_LABEL_OCTETS, MAX_NAME_OCTETS } from './constants.ts';

declare const wire: unique symbol;

/** A complete name, root label included. Only this folder makes one, so holding one means it is encodable. */
export type Name = string & { readonly [wire]: true };

export const ROOT = '\0' as Name;

/** The labels of a name under `origin`, or undefined when a label or the whole would not fit. */
export function nameOf(labels: readonly string[], origin: Name = ROOT): Name | undefined {
  let text = '';
  for (const label of labels) {
    if (label.length === 0 || label.length > MAX_LABEL_OCTETS) return undefined;
    text += String.fromCharCode(label.length) + label;
  }
  const name = text + origin;
  return name.length > MAX_NAME_OCTETS ? undefined : (name as Name);
}

/** Reads `web.shop.svc` or `web.shop.svc.`, with `\.` and `\DDD` escapes; undefined when it is no name. */
export function parseName(text: string): Name | undefined {
  if (text === '' || text === '.') return text === '' ? undefined : ROOT;
  const labels = [''];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char.charCodeAt(0) > 0xff) return undefined;
    if (char === '.') {
      labels.push('');
      continue;
    }
    let octet = char;
    if (char === '\\') {
      const digits = /^\d{3}/.exec(text.slice(at + 1))?.[0];
      if (digits !== undefined && Number(digits) > 0xff) return undefined;
      octet = digits === undefined ? text.charAt(at + 1) : String.fromCharCode(Number(digits));
      if (octet === '') return undefined;
      at += digits === undefined ? 1 : 3;
    }
    labels[labels.length - 1] += octet;
  }
  if (labels.at(-1) === '') labels.pop();
  return nameOf(labels);
}

/** The name for people, with a final dot and with everything unusual escaped; `parseName` reads it back. */
export function nameText(name: Name): string {
  if (name === ROOT) return '.';
  return labelsOf(name)
    .map((label) => `${label.replaceAll(/[^!-~]|[.\\]/g, escapeOctet)}.`)
    .join('');
}

function escapeOctet(octet: string): string {
  if (octet === '.' || octet === '\\') return `\\${octet}`;
  return `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`;
}

/** Labels from left to right, without the root. */
export function labelsOf(name: Name): string[] {
  return labelsBefore(name, name.length - 1);
}

/** Labels that lie left of offset `end`, which must be a label boundary. */
export function labelsBefore(name: Name, end: number): string[] {
  const labels: string[] = [];
  for (let at = 0; at < end;) {
    const next = at + 1 + name.charCodeAt(at);
    labels.push(name.slice(at + 1, next));
    at = next;
  }
  return labels;
}

/** How many labels, without the root. */
export function labelCount(name: Name): number {
  let count = 0;
  for (let at = 0; name.charCodeAt(at) > 0; at += 1 + name.charCodeAt(at)) count += 1;
  return count;
}

/** The name without its leftmost label; the root is its own parent. */
export function parentOf(name: Name): Name {
  return name === ROOT ? ROOT : (name.slice(1 + name.charCodeAt(0)) as Name);
}

/**
 * Where `zone` begins inside `name`, or -1 when the name is not in it. Octets are compared as they are. The walk
 * along labels is needed: an octet of a label may look like a length.
 */
export function zoneOffset(name: string, zone: Name): number {
  const offset = name.length - zone.length;
  if (offset < 0 || !name.endsWith(zone)) return -1;
  let at = 0;
  while (at < offset) at += 1 + name.charCodeAt(at);
  return at === offset ? offset : -1;
}

/** The part of a name from a label boundary on. */
export function suffixAt(name: Name, offset: number): Name {
  return name.slice(offset) as Name;
}

/** Lower case for A to Z only (N15); other octets stay. Length octets end below `A`, so they are safe. */
export function lowerName(name: Name): Name {
  return lowerAscii(name) as Name;
}

/** ASCII lower case of any octet string. */
export function lowerAscii(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x41 && code <= 0x5a) return text.replaceAll(/[A-Z]+/g, (run) => run.toLowerCase());
  }
  return text;
}
