/** Answers for names outside the zones: from memory, from other servers, or, when they fail, with an error. */
import type { MetricRegistry } from '../../../metrics/index.ts';
import type { Message } from '../../wire/index.ts';
import { Flag, Rcode, SAFE_UDP_OCTETS } from '../../wire/index.ts';
import type { OutsideAnswer, OutsideQuestion, OutsideResolver } from '../outside.ts';
import { bareAnswer } from '../outside.ts';
import { CacheMetrics } from './cache-metrics.ts';
import { ForwardCache } from './forward-cache.ts';
import { ForwardMetrics } from './forward-metrics.ts';
import type { Forwarder } from './forwarder.ts';
import { LoopGuard } from './loop-guard.ts';
import type { ForwardContext, ForwardOptions } from './options.ts';
import { Routes } from './routes.ts';
import type { SpecialNameOptions } from './special-names.ts';
import { answerSpecial } from './special-names.ts';

export interface ForwardResolverHooks {
  readonly registry: MetricRegistry;
  /** The `server` label of metrics. */
  readonly server: string;
  /** The upstream servers lead back here; from then on nothing is forwarded. */
  readonly onLoop: () => void;
}

/** HINFO: hardly anybody asks for it. */
const PROBE_TYPE = 13;

export class ForwardResolver implements OutsideResolver {
  readonly #routes: Routes;
  readonly #cache: ForwardCache;
  readonly #metrics: ForwardMetrics;
  readonly #guard: LoopGuard;
  readonly #special: SpecialNameOptions;
  readonly #maxConcurrent: number;
  #concurrent = 0;

  constructor(options: ForwardOptions, context: ForwardContext, hooks: ForwardResolverHooks) {
    const { maxConcurrent = 1000, cacheSeconds = 30, cacheEntries = 10_000 } = options;
    this.#metrics = new ForwardMetrics(hooks.registry);
    this.#routes = new Routes(options, context, this.#metrics);
    const cacheMetrics = new CacheMetrics(hooks.registry, hooks.server);
    this.#cache = new ForwardCache({ capSeconds: cacheSeconds, entries: cacheEntries }, context.clock, cacheMetrics);
    this.#special = { noAAAA: options.noAAAA ?? false, domainNeeded: options.domainNeeded ?? false };
    this.#maxConcurrent = maxConcurrent;
    this.#guard = new LoopGuard(hooks.onLoop);
  }

  resolve(question: OutsideQuestion): OutsideAnswer | Promise<OutsideAnswer> {
    this.#guard.see(question.name);
    if (this.#guard.isLoop) return bareAnswer(Rcode.REFUSED, 'forward');
    const known = answerSpecial(question, this.#special) ?? this.#cache.get(question);
    if (known !== undefined) return known;
    const forwarder = this.#routes.find(question.name);
    if (forwarder === undefined) return bareAnswer(Rcode.REFUSED, '');
    if (this.#concurrent >= this.#maxConcurrent) {
      this.#metrics.rejected.value += 1;
      return bareAnswer(Rcode.REFUSED, 'forward'); // S47
    }
    return this.#forward(forwarder, question);
  }

  /** S48: asks the own servers the question that must not come back. */
  async detectLoop(): Promise<void> {
    const probe = { name: this.#guard.name, type: PROBE_TYPE, recursionDesired: true };
    await this.#routes.find(this.#guard.name)?.ask(probe, 'udp');
  }

  close(): void {
    this.#routes.close();
  }

  async #forward(forwarder: Forwarder, question: OutsideQuestion): Promise<OutsideAnswer> {
    this.#concurrent += 1;
    try {
      const { name, type, protocol, dnssecOk, checkingDisabled } = question;
      const edns = { udpPayloadOctets: SAFE_UDP_OCTETS, dnssecOk };
      const message = await forwarder.ask({ name, type, recursionDesired: true, checkingDisabled, edns }, protocol);
      const answer = message === undefined ? bareAnswer(Rcode.SERVFAIL, 'forward') : toAnswer(message);
      if (message !== undefined) this.#cache.put(question, answer);
      return answer;
    } finally {
      this.#concurrent -= 1;
    }
  }
}

function toAnswer({ flags, rcode, sections }: Message): OutsideAnswer {
  return {
    rcode,
    authoritative: (flags & Flag.AA) !== 0,
    truncated: (flags & Flag.TC) !== 0,
    authenticData: (flags & Flag.AD) !== 0,
    sections,
    component: 'forward',
  };
}
