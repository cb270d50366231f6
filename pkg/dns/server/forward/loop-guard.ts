import { randomBytes } from 'node:crypto';
import type { Name } from '../../wire/index.ts';
import { parseName, ROOT } from '../../wire/index.ts';

/** A probe that comes back this often has not been answered by somebody else. */
const VISITS_TO_LOOP = 3;

/**
 * S48: a question nobody else can know, sent to the own upstream servers. Seen again and again it proves that they
 * forward to us, and that every question would go round until the limits are reached.
 */
export class LoopGuard {
  readonly name: Name = parseName(`${randomBytes(8).toString('hex')}.${randomBytes(8).toString('hex')}`) ?? ROOT;
  readonly #onLoop: () => void;
  #visits = 0;

  constructor(onLoop: () => void) {
    this.#onLoop = onLoop;
  }

  get isLoop(): boolean {
    return this.#visits >= VISITS_TO_LOOP;
  }

  /** Takes note of a question on its way out. */
  see(name: Name): void {
    if (name !== this.name || this.isLoop) return;
    this.#visits += 1;
    if (this.isLoop) this.#onLoop();
  }
}
