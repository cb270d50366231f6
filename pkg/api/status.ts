/**
 * metav1.Status as values and as the one error class that crosses layers (F9). Every refusal of the API server is
 * built here, so that texts and reasons stay in one catalogue.
 */
import type { FieldError } from './field-error.ts';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string; resourceVersion?: string; remainingItemCount?: number };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

/** An answer of the API that is not success; carries the whole Status. */
export class StatusError extends Error {
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? status.reason ?? `HTTP ${status.code ?? 500}`);
    this.name = 'StatusError';
    this.status = status;
  }
  get code(): number {
    return this.status.code ?? 500;
  }
  get reason(): string {
    return this.status.reason ?? '';
  }
}

export function isStatusError(error: unknown, reason?: string): error is StatusError {
  return error instanceof StatusError && (reason === undefined || error.reason === reason);
}

/** What an error is about: the plural resource (`services`) and its group; core is the empty string. */
export interface Subject {
  group: string;
  resource: string;
}

export function failure(code: number, reason: string, message: string, details?: StatusDetails): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  });
}

/** `services` or `endpointslices.discovery.k8s.io`, as upstream prints a resource in a sentence. */
export function qualifiedResource(subject: Subject): string {
  return subject.group === '' ? subject.resource : `${subject.resource}.${subject.group}`;
}

function detailsOf(subject: Subject, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    kind: subject.resource,
  };
}

export const badRequest = (message: string): StatusError => failure(400, 'BadRequest', message);

export const unauthorized = (): StatusError => failure(401, 'Unauthorized', 'Unauthorized');

export function notFound(subject: Subject, name: string): StatusError {
  return failure(404, 'NotFound', `${qualifiedResource(subject)} "${name}" not found`, detailsOf(subject, name));
}

/** P6: an unknown group, version or resource. */
export const unknownPath = (): StatusError =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {});

export const methodNotAllowed = (): StatusError =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export function alreadyExists(subject: Subject, name: string): StatusError {
  return failure(
    409,
    'AlreadyExists',
    `${qualifiedResource(subject)} "${name}" already exists`,
    detailsOf(subject, name),
  );
}

export function conflict(subject: Subject, name: string, why: string): StatusError {
  return failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedResource(subject)} "${name}": ${why}`,
    detailsOf(subject, name),
  );
}

/** C1: somebody else wrote in between. */
export function modifiedConflict(subject: Subject, name: string): StatusError {
  return conflict(
    subject,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

export function forbidden(subject: Subject, name: string, why: string, causes?: StatusCause[]): StatusError {
  const what = name === '' ? qualifiedResource(subject) : `${qualifiedResource(subject)} "${name}"`;
  return failure(403, 'Forbidden', `${what} is forbidden: ${why}`, {
    ...detailsOf(subject, name),
    ...(causes === undefined ? {} : { causes }),
  });
}

/**
 * 422 with one cause a field error, in the order given; `kind` is the Kind here, not the plural. The message says
 * each sentence once, the causes keep every occurrence (W3).
 */
export function invalid(kind: string, group: string, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const joined = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return failure(422, 'Invalid', `${qualified} "${name}" is invalid: ${joined}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    causes: errors.map((error) => ({ reason: error.type, message: error.message, field: error.field })),
  });
}

export const internalError = (message: string): StatusError =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

/** L8, L22: the version asked for is no longer kept. */
export const expired = (message: string): StatusError => failure(410, 'Expired', message);

export function timeout(message: string, cause?: StatusCause): StatusError {
  return failure(504, 'Timeout', `Timeout: ${message}`, {
    ...(cause === undefined ? {} : { causes: [cause] }),
    retryAfterSeconds: 1,
  });
}

export const tooManyRequests = (message: string): StatusError =>
  failure(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });
