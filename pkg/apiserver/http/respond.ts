/** Answers as values: JSON documents, Statuses, plain text. */
import type { Status } from '../../api/status.ts';
import type { ApiResponse } from './exchange.ts';

const noCache = { 'cache-control': 'no-cache, private' } as const;

export function json(status: number, body: unknown): ApiResponse {
  return jsonText(status, JSON.stringify(body));
}

export function jsonText(status: number, body: string): ApiResponse {
  return { status, headers: { ...noCache, 'content-type': 'application/json' }, body: `${body}\n` };
}

/** F9: HTTP code equal to the Status's; a retry hint stands in the header as well. */
export function statusResponse(status: Status): ApiResponse {
  const response = json(status.code ?? 500, status);
  const retry = status.details?.retryAfterSeconds;
  const headers = {
    ...response.headers,
    'x-content-type-options': 'nosniff',
    ...(retry === undefined || retry === 0 ? {} : { 'retry-after': String(retry) }),
  };
  return { ...response, headers };
}

export function text(status: number, body: string, headers: Record<string, string> = {}): ApiResponse {
  return {
    status,
    headers: {
      ...noCache,
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body,
  };
}
