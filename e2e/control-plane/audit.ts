/** What the API server's audit log proves. */
import { readFileSync } from 'node:fs';

export const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules: [{level: Metadata}]
`;

export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** A log that is being written; remembers how far it was read. */
export class AuditLog {
  readonly #path: string;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  all(): AuditEvent[] {
    const lines = readFileSync(this.#path, 'utf8').split('\n').slice(0, -1);
    this.#lines = lines.length;
    return lines.map((line) => JSON.parse(line) as AuditEvent);
  }

  /** What came since anything was read last. */
  news(): AuditEvent[] {
    const from = this.#lines;
    return this.all().slice(from);
  }
}

const writing = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Writes of Endpoints and slices that the server accepted. */
export function endpointWrites(events: readonly AuditEvent[]): AuditEvent[] {
  return events.filter(
    ({ verb, objectRef, responseStatus }) =>
      writing.has(verb) &&
      (objectRef?.resource === 'endpoints' || objectRef?.resource === 'endpointslices') &&
      (responseStatus?.code ?? 0) < 300,
  );
}

/** Accepted writes of a Lease. */
export function leaseWrites(events: readonly AuditEvent[]): AuditEvent[] {
  return events.filter(
    (event) => isWrite(event) && event.objectRef?.resource === 'leases' && (event.responseStatus?.code ?? 0) < 300,
  );
}

export const isWrite = ({ verb }: AuditEvent): boolean => writing.has(verb);
export const receivedAt = (event: AuditEvent): number => Date.parse(event.requestReceivedTimestamp);
export const answeredAt = (event: AuditEvent): number => Date.parse(event.stageTimestamp);

/** Each process has a token of its own, and the log names the token. */
export const credentialOf = ({ user }: AuditEvent): string =>
  user.extra?.['authentication.kubernetes.io/credential-id']?.[0] ?? user.username;

/** Writes that came after somebody else had begun to write: each would be one of two leaders at once. */
export function interleaved(writes: readonly AuditEvent[]): AuditEvent[] {
  const over = new Set<string>();
  let present = '';
  return writes
    .toSorted((a, b) => receivedAt(a) - receivedAt(b))
    .filter((write) => {
      const credential = credentialOf(write);
      if (credential !== present && present !== '') over.add(present);
      if (over.has(credential)) return true;
      present = credential;
      return false;
    });
}
