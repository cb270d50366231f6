import type { Name, Octets, RRset } from '../wire/index.ts';
import { nameText, Type } from '../wire/index.ts';
import { addressText } from './address.ts';

/** A record as people write it. Names are absolute. */
export interface RecordText {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: string;
}

const typeNames: ReadonlyMap<number, string> = new Map(Object.entries(Type).map(([name, number]) => [number, name]));

/** `A`, or `TYPE65280` for what has no name here. */
export function typeText(type: number): string {
  return typeNames.get(type) ?? `TYPE${type}`;
}

/** The number of a type, written either way; undefined when it is neither. */
export function parseType(text: string): number | undefined {
  const known = Object.entries(Type).find(([name]) => name === text)?.[1];
  const number = /^TYPE(\d{1,5})$/.exec(text)?.[1];
  return known ?? (number === undefined || Number(number) > 0xffff ? undefined : Number(number));
}

/** Every record of a set. */
export function recordTexts(set: RRset): RecordText[] {
  const head = { name: nameText(set.owner), type: typeText(set.type), ttl: set.ttl };
  return dataTexts(set).map((data) => ({ ...head, data }));
}

function dataTexts(set: RRset): string[] {
  switch (set.kind) {
    case 'address':
      return set.data.map((octets: Octets) => addressText(octets));
    case 'name':
      return set.data.map((name: Name) => nameText(name));
    case 'srv':
      return set.data.map(({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${nameText(target)}`);
    case 'mx':
      return set.data.map(({ preference, exchange }) => `${preference} ${nameText(exchange)}`);
    case 'soa':
      return set.data.map(({ primary, contact, serial, refresh, retry, expire, minimum }) =>
        [nameText(primary), nameText(contact), serial, refresh, retry, expire, minimum].join(' '),
      );
    case 'text':
      return set.data.map((strings) => strings.map(quoted).join(' '));
    case 'raw':
      return set.data.map((octets) => `\\# ${octets.length} ${Array.from(octets, hex).join('')}`.trimEnd());
  }
}

function quoted(text: string): string {
  const escaped = text.replaceAll(/["\\]|[^ -~]/g, (char) =>
    char === '"' || char === '\\' ? `\\${char}` : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
