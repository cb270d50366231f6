import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ItemsSplitter } from './items-splitter.ts';
import { LineSplitter, longestLineBytes } from './line-splitter.ts';
import { readListBody } from './list-body.ts';
import { readWatchEvents } from './watch-events.ts';

const signal = new AbortController().signal;

/** Bytes cut at any places. */
const cuts = fc.array(fc.nat(5000), { maxLength: 30 });

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const borders = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Objects with all that JSON can hold: quotes, backslashes, brackets, astral characters, odd keys. */
const objects = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }), {
  noNullPrototype: true,
});

describe('LineSplitter', () => {
  it('F11 decodes alike wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(objects, { maxLength: 8 }), cuts, fc.boolean(), async (all, places, crlf) => {
        const lines = all.map((object) => JSON.stringify({ type: 'ADDED', object }) + (crlf ? '\r\n' : '\n'));
        const chunks = cut(Buffer.from(lines.join('')), places);
        const events = await Array.fromAsync(readWatchEvents(stream(chunks), signal));
        expect(JSON.stringify(events.map(({ object }) => object))).toBe(JSON.stringify(all));
      }),
    );
  });

  it('F10 never gives a part of a frame, cut at every byte', async () => {
    const first = '{"type":"ADDED","object":{"metadata":{"name":"ä€😀"}}}\n';
    const bytes = Buffer.from(first + first);
    for (let end = 0; end <= bytes.length; end++) {
      const seen: unknown[] = [];
      const read = async () => {
        for await (const event of readWatchEvents(stream([bytes.subarray(0, end)]), signal)) seen.push(event);
      };
      const whole = Math.floor(end / (bytes.length / 2));
      const outcome = await read().catch((error: unknown) => (error as Error).name);
      expect(outcome).toBe(end % (bytes.length / 2) === 0 ? undefined : 'CutFrameError');
      expect(seen).toEqual(Array.from({ length: whole }, () => JSON.parse(first) as unknown));
    }
  });

  it('CL5 does not believe a line of more than 8 MiB', () => {
    const splitter = new LineSplitter();
    splitter.push(Buffer.alloc(longestLineBytes, 'x'));
    expect(() => splitter.push(Buffer.from('x'))).toThrow('longer than 8388608 bytes');
  });
});

describe('readListBody', () => {
  const lists = fc.record({
    kind: fc.constantFrom('items', 'PodList', '"items":['),
    metadata: fc.record({ resourceVersion: fc.string(), note: fc.constantFrom('items', '],[', '\\"items\\":[') }),
    items: fc.oneof(fc.array(objects, { maxLength: 6 }), fc.constant(null)),
    tail: fc.jsonValue({ maxDepth: 2 }),
  });

  it('D8 reads element by element what JSON.parse reads at once, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(lists, cuts, fc.constantFrom(0, 1, 2), async (list, places, indent) => {
        const chunks = cut(Buffer.from(JSON.stringify(list, null, indent)), places);
        const whole = await readListBody(stream(chunks), { signal });
        const split = await readListBody(stream(chunks), { signal, wholeBytes: -1 });
        expect(JSON.stringify(split)).toBe(JSON.stringify(whole));
        expect(JSON.stringify(whole.items)).toBe(JSON.stringify(list.items ?? []));
        expect(split.metadata).toEqual(list.metadata);
      }),
    );
  });

  it('keeps what stands around the items, before and after', () => {
    const splitter = new ItemsSplitter();
    const text = '{ "a": {"items": [1]}, "items" : [ {"b": "]"} , 7 ] , "items": [8], "c": ["items"] }';
    expect(splitter.push(Buffer.from(text)).map((item) => JSON.parse(item.toString()) as unknown)).toEqual([
      { b: ']' },
      7,
    ]);
    expect(splitter.finish()).toBe('{ "a": {"items": [1]}, "items" : [] , "items": [8], "c": ["items"] }');
  });

  it('runs the transform on every item of a long list', async () => {
    const body = stream([Buffer.from('{"items":[1,2,3],"metadata":{"resourceVersion":"4"}}')]);
    const list = await readListBody<number>(body, { signal, wholeBytes: 1, transform: (item) => item * 2 });
    expect(list).toEqual({ items: [2, 4, 6], metadata: { resourceVersion: '4' } });
  });

  it('F10 rejects a list that was cut at any byte', async () => {
    const bytes = Buffer.from('{"kind":"L","metadata":{"resourceVersion":"1"},"items":[{"a":"b"},{"c":[1]}]}');
    for (let end = 0; end < bytes.length; end++) {
      for (const wholeBytes of [-1, 1000]) {
        await expect(readListBody(stream([bytes.subarray(0, end)]), { signal, wholeBytes })).rejects.toThrow(
          'expected',
        );
      }
    }
  });
});
