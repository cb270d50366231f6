import { describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { VirtualClock } from '../../clock/index.ts';
import { frame } from './frame-reader.ts';
import type { FramedReply } from './tcp-connection.ts';
import { TcpConnection, tcpTimeouts } from './tcp-connection.ts';

/** A socket whose other end reads only when told to. */
class StubSocket extends Duplex {
  readonly written: Buffer[] = [];
  wasReset = false;
  #next: (() => void) | undefined;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    this.#next = done;
  }

  /** The other end takes so many pieces of what waits. */
  async readOut(pieces: number): Promise<void> {
    for (let piece = 0; piece < pieces && this.#next !== undefined; piece++) {
      const next = this.#next;
      this.#next = undefined;
      next();
      await new Promise((done) => setImmediate(done));
    }
  }

  setNoDelay(): void {}

  resetAndDestroy(): void {
    this.wasReset = true;
    this.destroy();
  }
}

function connect(answer: () => FramedReply | Promise<FramedReply>): {
  socket: StubSocket;
  clock: VirtualClock;
  asked: () => number;
} {
  const socket = new StubSocket();
  const clock = new VirtualClock();
  let asked = 0;
  const connection = new TcpConnection(socket as unknown as Socket, {
    clock,
    timeouts: tcpTimeouts,
    answer: () => {
      asked += 1;
      return answer();
    },
    onClose: () => {},
    onQuery: () => {},
  });
  expect(connection.isIdle).toBe(true);
  return { socket, clock, asked: () => asked };
}

const query = frame(Uint8Array.of(1, 2, 3));
const large = (): FramedReply => [Buffer.alloc(60_000)];
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('TcpConnection', () => {
  it('S28: of many queries in one piece answers no more than are read, and gives others their turn', async () => {
    const { socket, asked } = connect(large);
    socket.push(Buffer.concat(Array.from({ length: 1000 }, () => query)));
    await settled();
    await settled();
    expect(asked()).toBeLessThan(6);
    await socket.readOut(4);
    expect(asked()).toBeLessThan(12);
    await socket.readOut(Infinity);
    expect([asked(), socket.written.reduce((sum, { length }) => sum + length, 0)]).toEqual([1000, 60_000_000]);
  });

  it('S28: reads nothing more from a client that is behind, and resets it when that lasts', async () => {
    const { socket, clock, asked } = connect(large);
    for (let sent = 0; sent < 20; sent++) {
      socket.push(query);
      await settled();
    }
    expect(asked()).toBeLessThan(4);
    expect(socket.writableLength).toBeLessThan(200_000);
    await clock.advance(4999);
    expect(socket.wasReset).toBe(false);
    await clock.advance(1);
    expect(socket.wasReset).toBe(true);
  });

  it('goes on with a client that catches up', async () => {
    const { socket, clock, asked } = connect(large);
    for (let sent = 0; sent < 20; sent++) socket.push(query);
    for (let round = 0; round < 20; round++) {
      await settled();
      await socket.readOut(10);
      await clock.advance(100);
    }
    expect([asked(), socket.written.length, socket.destroyed]).toEqual([20, 20, false]);
  });

  it('makes no more of a transfer than the client takes', async () => {
    let made = 0;
    const endless = function* (): Generator<Buffer> {
      for (;;) {
        made += 1;
        yield Buffer.alloc(60_000);
      }
    };
    const { socket } = connect(endless);
    socket.push(query);
    await settled();
    expect(made).toBeLessThan(4);
    const before = made;
    await socket.readOut(10);
    expect(made).toBeGreaterThan(before);
  });

  it('S26: a late answer does not hold up the next one', async () => {
    let release: (reply: FramedReply) => void = () => {};
    const answers: (FramedReply | Promise<FramedReply>)[] = [
      new Promise<FramedReply>((done) => {
        release = done;
      }),
      [Buffer.from('second')],
    ];
    const { socket, clock } = connect(() => answers.shift() ?? []);
    socket.push(Buffer.concat([query, query]));
    await settled();
    expect(socket.written.map(String)).toEqual(['second']);
    await socket.readOut(10);
    await clock.advance(60_000); // owed an answer, the client is not idle
    release([Buffer.from('first')]);
    await settled();
    expect(socket.written.map(String)).toEqual(['second', 'first']);
    await socket.readOut(10);
    await clock.advance(10_000);
    expect(socket.destroyed).toBe(true);
  });
});
