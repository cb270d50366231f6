import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { listenToKeys, type Key } from './keys.ts';

/** A terminal as far as keys go. */
class Terminal extends EventEmitter {
  isTTY = true;
  raw = false;
  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }
  resume = (): this => this;
  pause = (): this => this;
}

function at(stdin: Terminal, pressed: (key: Key) => void): Disposable | undefined {
  const streams = { stdin, stdout: { isTTY: stdin.isTTY } } as unknown as Parameters<typeof listenToKeys>[1];
  return listenToKeys(pressed, streams);
}

describe('listenToKeys', () => {
  it('hears keys it knows, in either case, until it is disposed', () => {
    const terminal = new Terminal();
    const heard: Key[] = [];
    const keys = at(terminal, (key) => heard.push(key));
    terminal.emit('data', Buffer.from('hxP'));
    expect(terminal.raw).toBe(true);
    keys?.[Symbol.dispose]();
    terminal.emit('data', Buffer.from('q'));
    expect([heard, terminal.raw]).toEqual([['h', 'p'], false]);
  });

  it('leaves input alone that is no terminal', () => {
    const pipe = new Terminal();
    pipe.isTTY = false;
    expect(at(pipe, () => {})).toBeUndefined();
    expect(pipe.raw).toBe(false);
  });
});
