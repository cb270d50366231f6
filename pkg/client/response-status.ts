import { StatusError } from '../api/status.ts';
import type { Status } from '../api/status.ts';

/** What was asked, for the sentence of an answer that brings none. */
export interface Asked {
  readonly method: string;
  readonly group?: string;
  readonly resource?: string;
  readonly name?: string;
}

/**
 * The StatusError for a refusal: the server's own Status, or, from proxies and old servers that send anything else,
 * one made from the HTTP code in the words that client-go would use.
 */
export function toStatusError(
  code: number,
  headers: Readonly<Record<string, string>>,
  text: string,
  asked: Asked,
): StatusError {
  const status = parseStatus(text) ?? genericStatus(code, text, asked);
  const seconds = Number.parseInt(headers['retry-after'] ?? '', 10);
  if (seconds > 0 && status.details?.retryAfterSeconds === undefined) {
    status.details = { ...status.details, retryAfterSeconds: seconds };
  }
  return new StatusError({ ...status, code: status.code ?? code });
}

function parseStatus(text: string): Status | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const body = JSON.parse(text) as Partial<Status>;
    return body.kind === 'Status' && body.status !== 'Success' ? ({ metadata: {}, ...body } as Status) : undefined;
  } catch {
    return undefined;
  }
}

function genericStatus(code: number, text: string, asked: Asked): Status {
  const body = text.trim().slice(0, 2048) || 'unknown';
  const { reason, message } = generic(code, asked.method, body);
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: message + subjectOf(asked),
    ...(reason === '' ? {} : { reason }),
    details: {
      ...(asked.name === undefined ? {} : { name: asked.name }),
      ...(asked.group ? { group: asked.group } : {}),
      ...(asked.resource === undefined ? {} : { kind: asked.resource }),
      causes: [{ reason: 'UnexpectedServerResponse', message: body }],
    },
    code,
  };
}

function subjectOf({ method, group, resource, name }: Asked): string {
  if (resource === undefined) return '';
  const qualified = group ? `${resource}.${group}` : resource;
  return ` (${method.toLowerCase()} ${qualified}${name === undefined ? '' : ` ${name}`})`;
}

const byCode: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  410: ['Gone', ''],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

function generic(code: number, method: string, body: string): { reason: string; message: string } {
  if (code === 403) return { reason: 'Forbidden', message: body };
  if (code === 409) {
    return { reason: method === 'POST' ? 'AlreadyExists' : 'Conflict', message: 'the server reported a conflict' };
  }
  const known = byCode[code];
  if (known !== undefined) return { reason: known[0], message: known[1] || body };
  if (code < 500) return { reason: '', message: body };
  const quoted = JSON.stringify(body);
  return {
    reason: 'InternalError',
    message: `an error on the server (${quoted}) has prevented the request from succeeding`,
  };
}
