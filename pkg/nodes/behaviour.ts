/**
 * How the containers of a Pod pretend to behave. There is no program to run, so the Pod says itself what its program
 * would do, in annotations:
 *
 * | Annotation | Meaning |
 * |---|---|
 * | `fairlead.dev/start-after: 2s` | how long pulling and creating takes |
 * | `fairlead.dev/ready-after: 5s` | from the start of the container to readiness, in place of the probe's delay |
 * | `fairlead.dev/never-ready: "true"` | runs and never becomes ready |
 * | `fairlead.dev/flap: 10s` | readiness turns that often |
 * | `fairlead.dev/exit-after: 2s` | the container ends after that time |
 * | `fairlead.dev/exit-code: "3"` | with that code; 0 by default |
 * | `fairlead.dev/crash-loop: "true"` | ends with code 1 soon after each start; a duration says how soon |
 * | `fairlead.dev/stop-after: 3s` | how long the containers take to end once the Pod is deleted |
 */
import type { Container, Pod } from '../api/types.ts';
import { parseDuration } from '../config/duration.ts';

export const annotationPrefix = 'fairlead.dev/';

export interface Behaviour {
  readonly startMs: number;
  /** Undefined: the probe of each container says. */
  readonly readyMs: number | undefined;
  readonly neverReady: boolean;
  readonly flapMs: number | undefined;
  readonly exitMs: number | undefined;
  readonly exitCode: number;
  readonly stopMs: number;
}

/** What cannot be understood counts as not said. `startMs`: how long a start takes when the Pod does not say. */
export function behaviourOf({ metadata }: Pod, startMs: number): Behaviour {
  const annotations = new Map(Object.entries(metadata.annotations ?? {}));
  const text = (name: string): string | undefined => annotations.get(annotationPrefix + name);
  const crash = text('crash-loop');
  const crashing = crash !== undefined && crash !== 'false';
  const code = Number(text('exit-code') ?? (crashing ? 1 : 0));
  return {
    startMs: duration(text('start-after')) ?? startMs,
    readyMs: duration(text('ready-after')),
    neverReady: text('never-ready') === 'true',
    flapMs: atLeastAMoment(duration(text('flap'))),
    exitMs: crashing ? (duration(crash) ?? soonMs) : duration(text('exit-after')),
    exitCode: Number.isInteger(code) ? code : 0,
    stopMs: duration(text('stop-after')) ?? 0,
  };
}

const soonMs = 1000;

/** A Pod must not keep the kubelet busy without end. */
const atLeastAMoment = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.max(10, ms);

function duration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return Math.max(0, parseDuration(text));
  } catch {
    return undefined;
  }
}

/** From the start of the container to its first readiness. */
export function readyAfterMs({ readyMs }: Behaviour, { readinessProbe }: Container): number {
  return readyMs ?? (readinessProbe?.initialDelaySeconds ?? 0) * 1000;
}
