/** What happened in a cluster, for whoever reads a test that failed: requests, refusals, faults, in order. */
import type { AccessRecord } from '../apiserver/index.ts';
import type { Clock } from '../clock/index.ts';

/** The last so many lines are kept. */
const most = 1_000;

export class Story {
  readonly #clock: Clock;
  readonly #began: number;
  readonly #lines: string[] = [];
  #forgotten = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  /** Reads of the server's own parts and controllers are left out: they only tell that time passes. */
  readonly observe = ({ request, info, user, status, durationMs, annotations }: AccessRecord): void => {
    const own = user.username.startsWith('system:');
    const reads = info?.kind !== 'resource' || ['get', 'list', 'watch'].includes(info.verb);
    if (own && reads) return;
    const query = request.query.toString();
    const target = `${request.path}${query === '' ? '' : `?${query}`}`;
    this.tell(`${user.username}  ${request.method} ${target} → ${status} (${durationMs.toFixed(1)} ms)`);
    for (const [key, value] of annotations) this.tell(`    ${key}: ${value}`);
  };

  tell(what: string): void {
    const at = (this.#clock.monotonic() - this.#began).toFixed(0).padStart(7);
    this.#lines.push(`${at} ms  ${what}`);
    if (this.#lines.length <= most) return;
    this.#lines.shift();
    this.#forgotten += 1;
  }

  /** `since`: a length of the story so far, as `length` gives it. */
  text(since = 0): string {
    const kept = this.#lines.slice(Math.max(since - this.#forgotten, 0));
    const gap = this.#forgotten > since ? [`         … ${this.#forgotten - since} earlier lines are forgotten`] : [];
    return [...gap, ...kept].join('\n');
  }

  get length(): number {
    return this.#forgotten + this.#lines.length;
  }
}
