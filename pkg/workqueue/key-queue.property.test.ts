import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { KeyQueue } from './key-queue.ts';
import type { Priority } from './key-queue.ts';

const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
const priorities = fc.constantFrom<Priority>('live', 'background');

/** What must be true of any queue: who needs work, who is under way. Order is looked at separately. */
class Model {
  now = 0;
  readonly dirty = new Map<string, Priority>();
  readonly processing = new Set<string>();

  get ready(): string[] {
    return [...this.dirty.keys()].filter((key) => !this.processing.has(key)).sort();
  }
}

class Add implements fc.Command<Model, KeyQueue> {
  readonly key: string;
  readonly priority: Priority;
  constructor(key: string, priority: Priority) {
    this.key = key;
    this.priority = priority;
  }
  check = () => true;
  run(model: Model, queue: KeyQueue): void {
    const isNew = !model.dirty.has(this.key);
    expect(queue.add(this.key, this.priority, model.now)).toBe(isNew);
    if (isNew || this.priority === 'live') model.dirty.set(this.key, this.priority);
    expect(queue.depth).toBe(model.ready.length);
  }
  toString = () => `add(${this.key}, ${this.priority})`;
}

class Take implements fc.Command<Model, KeyQueue> {
  check = () => true;
  run(model: Model, queue: KeyQueue): void {
    const taken = queue.take(model.now);
    if (model.ready.length === 0) {
      expect(taken).toBeUndefined();
      return;
    }
    const key = taken?.key ?? '';
    expect(model.ready).toContain(key);
    expect(model.processing.has(key)).toBe(false);
    model.dirty.delete(key);
    model.processing.add(key);
  }
  toString = () => 'take';
}

class Done implements fc.Command<Model, KeyQueue> {
  readonly nth: number;
  constructor(nth: number) {
    this.nth = nth;
  }
  check = ({ processing }: Readonly<Model>) => processing.size > 0;
  run(model: Model, queue: KeyQueue): void {
    const key = [...model.processing][this.nth % model.processing.size] as string;
    queue.done(key, model.now);
    model.processing.delete(key);
    expect([queue.depth, queue.processing]).toEqual([model.ready.length, model.processing.size]);
  }
  toString = () => `done(#${this.nth})`;
}

class Wait implements fc.Command<Model, KeyQueue> {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = () => true;
  run(model: Model): void {
    model.now += this.ms;
  }
  toString = () => `wait(${this.ms})`;
}

describe('KeyQueue', () => {
  it('WQ1 to WQ4 agrees with the three sets, whatever comes in whatever order', () => {
    const commands = fc.commands(
      [
        fc.tuple(keys, priorities).map(([key, priority]) => new Add(key, priority)),
        fc.constant(new Take()),
        fc.nat(5).map((nth) => new Done(nth)),
        fc.constantFrom(1, 4999, 5000).map((ms) => new Wait(ms)),
      ],
      { maxCommands: 100, size: 'max' },
    );
    fc.assert(
      fc.property(commands, (run) => {
        const model = new Model();
        const queue = new KeyQueue();
        fc.modelRun(() => ({ model, real: queue }), run);
        // Nothing is lost: what needs work at the end is handed out once what is under way is over.
        for (const key of model.processing) queue.done(key, model.now);
        const rest: string[] = [];
        for (let taken = queue.take(model.now); taken !== undefined; taken = queue.take(model.now))
          rest.push(taken.key);
        expect(rest.sort()).toEqual([...model.dirty.keys()].sort());
      }),
      { numRuns: 150 },
    );
  });

  it('WQ6 is first in, first out; a key that comes again during its work goes to the end', () => {
    const queue = new KeyQueue();
    const take = () => queue.take(0)?.key;
    for (const key of ['a', 'b', 'c', 'a', 'b']) queue.add(key, 'live', 0);
    expect(take()).toBe('a');
    queue.add('a', 'live', 0);
    queue.add('d', 'live', 0);
    queue.done('a', 0);
    expect([take(), take(), take(), take(), take()]).toEqual(['b', 'c', 'd', 'a', undefined]);
  });

  it('WQ12 serves live keys first, promotes a key that becomes live, and one that has waited five seconds', () => {
    const queue = new KeyQueue();
    const take = (now: number) => queue.take(now)?.key;
    for (const key of ['old', 'promoted', 'young']) queue.add(key, 'background', 0);
    queue.add('live', 'live', 1);
    queue.add('promoted', 'live', 2);
    queue.add('promoted', 'background', 3);
    expect([take(4), take(4)]).toEqual(['live', 'promoted']);
    queue.add('later', 'live', 5);
    queue.add('late background', 'background', 4000);
    expect([take(5000), take(5000), take(5000), take(5000)]).toEqual(['later', 'old', 'young', 'late background']);
  });

  it('WQ12 comes back live when it was added live during its work', () => {
    const queue = new KeyQueue();
    queue.add('a', 'live', 0);
    queue.take(0);
    queue.add('a', 'background', 0);
    queue.add('a', 'live', 0);
    queue.add('b', 'background', 0);
    queue.done('a', 0);
    expect(queue.take(0)?.key).toBe('a');
  });

  it('WQ4 throws when somebody gives back what nobody holds', () => {
    expect(() => new KeyQueue().done('a', 0)).toThrow('done("a"): nobody is processing it');
  });
});
