import { writeFileSync } from 'node:fs';
import type { Logger } from '../logging/index.ts';

/** How likely the kernel is to end this process when memory runs out; refused, it stays as it was. */
export function setOomScore(score: number, log: Logger): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', `${score}`);
  } catch (err) {
    log.warn({ score, err: (err as Error).message }, 'The system refuses --oom-score-adj');
  }
}
