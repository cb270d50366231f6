import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../clock/index.ts';
import { FrameReader } from './frame-reader.ts';

export interface TcpTimeouts {
  /** From connecting to the first complete query. */
  readonly firstQueryMs: number;
  /** Between later queries, while nothing is owed. */
  readonly idleMs: number;
  /** For the client to take what waits for it. */
  readonly writeMs: number;
}

export const tcpTimeouts: TcpTimeouts = { firstQueryMs: 3000, idleMs: 10_000, writeMs: 5000 }; // S27

/** Octets that may wait for a slow reader (S28). Beyond them nothing is read from it, nor taken from a transfer. */
const WAITING_OCTETS = 64 * 1024;

/** Written for one client before the event loop turns to others. */
const TURN_OCTETS = 64 * 1024;

/** The messages that answer one query, framed: one, except for zone transfers, which are made as they are taken. */
export type FramedReply = Iterable<Buffer>;

export interface TcpConnectionOptions {
  readonly clock: Clock;
  readonly timeouts: TcpTimeouts;
  /** The reply to a query, now or later. */
  readonly answer: (query: Buffer) => FramedReply | Promise<FramedReply>;
  readonly onClose: () => void;
  /** A query came. */
  readonly onQuery: () => void;
}

/**
 * One client. Queries are answered as answers are ready, out of order if need be (S26). One timer runs: for the
 * client to read while it is behind, else for its next query while nothing is owed to it.
 */
export class TcpConnection {
  readonly #socket: Socket;
  readonly #options: TcpConnectionOptions;
  readonly #frames = new FrameReader();
  /** Queries not yet looked at: no more are answered than the client reads replies of (S28). */
  readonly #inbox: Buffer[] = [];
  /** Replies not yet written to the end. */
  readonly #outbox: Iterator<Buffer>[] = [];
  #timer: Timer;
  #owed = 0;
  #closing = false;
  #nextTurn: NodeJS.Immediate | undefined;

  constructor(socket: Socket, options: TcpConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#timer = options.clock.after(options.timeouts.firstQueryMs, () => socket.destroy());
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.close());
    socket.on('drain', () => this.#send());
    socket.on('error', () => {}); // The close that follows is all there is to do.
    socket.on('close', () => {
      this.#timer.cancel();
      clearImmediate(this.#nextTurn);
      options.onClose();
    });
  }

  get isIdle(): boolean {
    return this.#owed === 0 && this.#outbox.length === 0 && this.#inbox.length === 0;
  }

  /** Takes no more queries; ends when what is owed has been written. */
  close(): void {
    this.#closing = true;
    if (this.isIdle) this.#socket.end();
  }

  /** Ends now. */
  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#closing) return;
    let isWhole = false;
    for (const message of this.#frames.read(chunk)) {
      if (message.length === 0) {
        this.#socket.destroy(); // S27
        return;
      }
      isWhole = true;
      this.#options.onQuery();
      this.#inbox.push(message);
    }
    // Pieces of a message do not push the deadline out: whoever drips octets is cut off like whoever is silent.
    if (isWhole) this.#send();
  }

  #answer(query: Buffer): void {
    const reply = this.#options.answer(query);
    if (!(reply instanceof Promise)) {
      this.#outbox.push(reply[Symbol.iterator]());
      return;
    }
    this.#owed += 1;
    const deliver = (messages: FramedReply): void => {
      this.#owed -= 1;
      this.#outbox.push(messages[Symbol.iterator]());
      this.#send();
    };
    reply.then(deliver, () => this.#socket.destroy());
  }

  /** Writes as much as the client keeps up with, then waits for whatever comes next. */
  #send(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    const isCutShort = this.#write(socket);
    this.#timer.cancel();
    const { clock, timeouts } = this.#options;
    if (isCutShort) this.#nextTurn ??= setImmediate(() => this.#goOn());
    if (isCutShort || this.#outbox.length > 0 || socket.writableLength > WAITING_OCTETS) {
      socket.pause();
      this.#timer = clock.after(timeouts.writeMs, () => socket.resetAndDestroy()); // S28
      return;
    }
    socket.resume();
    if (this.#owed > 0) return;
    if (this.#closing) socket.end();
    else this.#timer = clock.after(timeouts.idleMs, () => socket.destroy());
  }

  /** True when others are to have their turn before the rest: a client that asks for much holds nobody up. */
  #write(socket: Socket): boolean {
    let octets = 0;
    socket.cork();
    while (socket.writableLength <= WAITING_OCTETS && octets < TURN_OCTETS) {
      const next = this.#outbox[0]?.next();
      if (next === undefined) {
        const query = this.#inbox.shift();
        if (query === undefined) break;
        this.#answer(query);
      } else if (next.done === true) {
        this.#outbox.shift();
      } else {
        socket.write(next.value);
        octets += next.value.length;
      }
    }
    socket.uncork();
    return octets >= TURN_OCTETS && !this.isIdle;
  }

  #goOn(): void {
    this.#nextTurn = undefined;
    this.#send();
  }
}
