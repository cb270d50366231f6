import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Fifo } from './fifo.ts';
import { Heap } from './heap.ts';

describe('Heap', () => {
  it('pops in order, whatever the order of pushes and pops', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 200 }), (steps) => {
        const heap = new Heap<number>((a, b) => a < b);
        const model: number[] = [];
        for (const step of steps) {
          if (step === undefined) {
            model.sort((a, b) => a - b);
            expect(heap.pop()).toBe(model.shift());
          } else {
            heap.push(step);
            model.push(step);
          }
          expect(heap.size).toBe(model.length);
          expect(heap.peek()).toBe(model.length === 0 ? undefined : Math.min(...model));
        }
      }),
    );
  });
});

describe('Fifo', () => {
  it('gives back in the order of pushes', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 5000, size: 'max' }), (steps) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        let next = 0;
        for (const push of steps) {
          if (push) {
            fifo.push(next);
            model.push(next++);
          } else expect(fifo.shift()).toBe(model.shift());
        }
        expect(fifo.size).toBe(model.length);
        expect(fifo.peek()).toBe(model[0]);
      }),
      { numRuns: 20 },
    );
  });

  it('DQ3 lets go of what was taken', () => {
    const fifo = new Fifo<number>();
    for (let round = 0; round < 5000; round++) {
      fifo.push(round);
      expect(fifo.shift()).toBe(round);
    }
    expect(fifo.size).toBe(0);
    expect(fifo.shift()).toBeUndefined();
  });
});
