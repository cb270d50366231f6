import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { checkRegister, type Operation } from './check.ts';

const write = (client: string, asked: number, told: number, version: number, expected?: number): Operation => ({
  client,
  asked,
  told,
  what: { kind: 'write', version, value: `v${version}`, ...(expected === undefined ? {} : { expected }) },
});
const read = (client: string, asked: number, told: number, version: number, value = `v${version}`): Operation => ({
  client,
  asked,
  told,
  what: { kind: 'read', version, value },
});
const refused = (client: string, asked: number, told: number, expected: number): Operation => ({
  client,
  asked,
  told,
  what: { kind: 'refused', expected },
});

/** A history of a register that works: every operation happens at one moment between asked and told. */
const soundHistory = fc
  .array(
    fc.record({
      kind: fc.constantFrom('read', 'write', 'stale'),
      before: fc.nat(20),
      after: fc.nat(20),
      gap: fc.nat(5),
    }),
    { minLength: 3, maxLength: 60 },
  )
  .map((plan) => {
    let at = 100;
    let version = 10;
    const history = [write('first', 0, 1, version)];
    for (const [index, { kind, before, after, gap }] of plan.entries()) {
      at += 1 + gap;
      const [asked, told] = [at - before * 0.9, at + after * 0.9];
      const client = `c${index}`;
      if (kind === 'read') history.push(read(client, asked, told, version));
      else if (kind === 'stale' && version > 10) history.push(refused(client, asked, told, version - 1));
      else {
        version += 1;
        history.push(write(client, asked, told, version, version - 1));
      }
    }
    return history;
  });

describe('the linearizability checker', () => {
  it('T5 finds nothing in histories of a register that works', () => {
    fc.assert(
      fc.property(soundHistory, (history) => {
        expect(checkRegister(history)).toEqual([]);
      }),
    );
  });

  it('T5 finds a read that is set back behind what somebody was told before', () => {
    fc.assert(
      fc.property(soundHistory, fc.nat(), (history, seed) => {
        const writes = history.filter(({ what }) => what.kind === 'write');
        fc.pre(writes.length > 1);
        const last = writes.at(-1);
        const old = writes[seed % (writes.length - 1)];
        if (last?.what.kind !== 'write' || old?.what.kind !== 'write') return;
        const stale = read('stale', 1_000, 1_001, old.what.version);
        expect(checkRegister([...history, stale])).toHaveLength(1);
      }),
    );
  });

  it('finds a lost update: two writes over the same version', () => {
    expect(checkRegister([write('a', 0, 1, 5), write('b', 2, 9, 6, 5), write('c', 3, 8, 7, 5)])).toEqual([
      'c replaced 5 by 7 although 6 stood there',
    ]);
  });

  it('finds a version given twice, one that goes back, and a value that nobody wrote', () => {
    expect(checkRegister([write('a', 0, 9, 5), write('b', 0, 9, 5)])).toEqual(['version 5 was given to a and to b']);
    expect(checkRegister([write('a', 0, 1, 9), write('b', 2, 3, 7)])).toEqual([
      'b was told version 7 of a write, after a had been told 9',
    ]);
    expect(checkRegister([write('a', 0, 1, 5), read('b', 2, 3, 5, 'else')])).toEqual([
      'b read else at version 5, where v5 was written',
    ]);
    expect(checkRegister([write('a', 0, 1, 5), read('b', 2, 3, 6)])).toEqual([
      'b read v6 at version 6, where nothing was written',
    ]);
  });

  it('takes a write that nobody was told of for done once, if somebody read it', () => {
    const lost: Operation = { client: 'b', asked: 2, told: 3, what: { kind: 'lost', value: 'x' } };
    expect(checkRegister([write('a', 0, 1, 5), lost, read('c', 4, 5, 6, 'x'), read('d', 6, 7, 6, 'x')])).toEqual([]);
    expect(checkRegister([write('a', 0, 1, 5), lost, read('c', 4, 5, 6, 'x'), read('d', 6, 7, 7, 'x')])).toEqual([
      'd read x at version 7, where nothing was written',
    ]);
    expect(checkRegister([write('a', 0, 1, 5), lost, read('c', 4, 5, 5), read('d', 6, 7, 6, 'x')])).toEqual([]);
  });

  it('finds a refusal without a reason', () => {
    expect(checkRegister([write('a', 0, 1, 5), refused('b', 2, 3, 5)])).toEqual([
      'b was refused although 5 was the newest version',
    ]);
    expect(checkRegister([write('a', 0, 1, 5), write('c', 2, 9, 6), refused('b', 2, 3, 5)])).toEqual([]);
  });
});
