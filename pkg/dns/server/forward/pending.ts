import { randomInt } from 'node:crypto';
import type { Clock } from '../../../clock/index.ts';
import type { Message, OutgoingQuery } from '../../wire/index.ts';
import { Class, decodeMessage, encodeQuery, Flag, lowerName } from '../../wire/index.ts';

export type UpstreamQuestion = Omit<OutgoingQuery, 'id'>;

interface Waiting {
  readonly question: UpstreamQuestion;
  readonly resolve: (message: Message) => void;
  readonly reject: (error: Error) => void;
}

/** Questions sent over one socket and not answered yet, by the random id they went out with (S46). */
export class PendingQuestions {
  readonly #waiting = new Map<number, Waiting>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Registers the question, passes its octets to `send`, and waits. Rejects after `timeoutMs`. */
  ask(
    question: UpstreamQuestion,
    clock: Clock,
    timeoutMs: number,
    send: (octets: Uint8Array) => void,
  ): Promise<Message> {
    const id = this.#freeId();
    return new Promise((resolve, reject) => {
      const timer = clock.after(timeoutMs, () => settle(() => reject(new Error('no answer in time'))));
      const settle = (end: () => void): void => {
        timer.cancel();
        this.#waiting.delete(id);
        end();
      };
      this.#waiting.set(id, {
        question,
        resolve: (message) => settle(() => resolve(message)),
        reject: (error) => settle(() => reject(error)),
      });
      send(encodeQuery({ ...question, id }));
    });
  }

  /** Takes in a reply. Anything that does not answer a question of ours is dropped, and the wait goes on (S46). */
  receive(octets: Uint8Array): void {
    const message = decodeMessage(octets);
    if (message === undefined || (message.flags & Flag.QR) === 0) return;
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    const { name, type } = waiting.question;
    const asked = message.question;
    if (asked?.type !== type || asked.class !== Class.IN || lowerName(asked.name) !== lowerName(name)) return;
    waiting.resolve(message);
  }

  /** Gives every question up. */
  failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  #freeId(): number {
    for (;;) {
      const id = randomInt(0x1_0000);
      if (!this.#waiting.has(id)) return id;
    }
  }
}
