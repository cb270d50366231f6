import { describe, expect, it } from '@jest/globals';
import type { Name } from './name.ts';
import {
  labelCount,
  labelsBefore,
  labelsOf,
  lowerName,
  nameOf,
  nameText,
  parentOf,
  parseName,
  ROOT,
  zoneOffset,
} from './name.ts';

const name = (text: string): Name => {
  const parsed = parseName(text);
  if (parsed === undefined) throw new Error(`${text} is no name`);
  return parsed;
};

describe('name', () => {
  it('stands in memory as it stands on the wire', () => {
    expect(name('web.shop.svc')).toBe('\x03web\x04shop\x03svc\0');
    expect(name('web.shop.svc.')).toBe(name('web.shop.svc'));
    expect(name('.')).toBe(ROOT);
  });

  it('N18 keeps a label that holds a dot as one label', () => {
    const odd = name('web\\.shop.svc.');
    expect(labelsOf(odd)).toEqual(['web.shop', 'svc']);
    expect(odd).not.toBe(name('web.shop.svc.'));
    expect(nameText(odd)).toBe('web\\.shop.svc.');
  });

  it('escapes what is not printable and reads it back', () => {
    const odd = nameOf(['a\0b', 'ÿ', 'back\\slash', ' ']);
    expect(odd && nameText(odd)).toBe('a\\000b.\\255.back\\\\slash.\\032.');
    expect(odd && parseName(nameText(odd))).toBe(odd);
  });

  it.each(['', 'a..b', '.a', 'a.\\', 'a\\256', 'ж.example', 'x'.repeat(64), 'abcdefg.'.repeat(32)])(
    'refuses %j',
    (text) => {
      expect(parseName(text)).toBeUndefined();
    },
  );

  it('takes 63 octets in a label and 255 in a name', () => {
    const long = `${`${'x'.repeat(62)}.`.repeat(4)}z`;
    expect(parseName(long)).toHaveLength(255);
    expect(parseName(`${long}z`)).toBeUndefined();
    expect(parseName('x'.repeat(63))).toHaveLength(65);
  });

  it('N15 lowers A to Z and nothing else', () => {
    const mixed = nameOf(['WeB', 'ÀÉ', 'A1-_Z']);
    expect(mixed && labelsOf(lowerName(mixed))).toEqual(['web', 'ÀÉ', 'a1-_z']);
  });

  it('finds a zone only at a label boundary', () => {
    expect(zoneOffset(name('web.cluster.local'), name('cluster.local'))).toBe(4);
    expect(zoneOffset(name('cluster.local'), name('cluster.local'))).toBe(0);
    expect(zoneOffset(name('local'), name('cluster.local'))).toBe(-1);
    // The label "x\x07cluster" ends like the zone, its length octet included.
    const trap = nameOf(['x\x07cluster', 'local']);
    expect(trap && zoneOffset(trap, name('cluster.local'))).toBe(-1);
  });

  it('walks up and counts', () => {
    expect(parentOf(name('a.b.c'))).toBe(name('b.c'));
    expect(parentOf(ROOT)).toBe(ROOT);
    expect(labelCount(name('a.b.c'))).toBe(3);
    expect(labelCount(ROOT)).toBe(0);
    expect(labelsBefore(name('a.b.c'), 4)).toEqual(['a', 'b']);
  });
});
