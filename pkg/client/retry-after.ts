import { StatusError } from '../api/status.ts';

const longestMs = 60_000;
const shortestMs = 100;

/**
 * CL8: how long a `Retry-After` header asks to wait, in ms: delta-seconds or an HTTP date, at most a minute, and a
 * tenth of a second where it says zero. Undefined without a header, or with one that says nothing.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  if (Number.isNaN(ms)) return undefined;
  return Math.min(longestMs, Math.max(shortestMs, ms));
}

/** How long a refused request should wait before it comes again, if the server said so. */
export function retryAfterMs(error: unknown): number | undefined {
  const seconds = error instanceof StatusError ? error.status.details?.retryAfterSeconds : undefined;
  return seconds === undefined || seconds <= 0 ? undefined : Math.min(longestMs, seconds * 1000);
}
