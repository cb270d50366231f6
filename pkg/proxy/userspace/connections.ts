import type { Socket } from 'node:net';
import type { Clock } from '../../clock/clock.ts';

/** All live TCP relays of a proxy, whichever door they came through: what a graceful stop waits for. */
export class Connections {
  readonly #sockets = new Set<Socket>();
  #whenEmpty: (() => void) | undefined;

  get size(): number {
    return this.#sockets.size;
  }

  /** Follows a socket until it is closed. */
  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#whenEmpty?.();
    });
  }

  /** Waits for all to end by themselves, at most `graceMs`, then ends the rest and waits for that. */
  async drain(clock: Clock, graceMs: number): Promise<void> {
    if (this.#sockets.size === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    const timer = clock.after(graceMs, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await empty;
    timer.cancel();
  }
}
