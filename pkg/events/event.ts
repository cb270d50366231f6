/** A core/v1 Event as it is first written down. */
import type { Event, KubeObject, ObjectReference } from '../api/types.ts';

export type EventType = 'Normal' | 'Warning';

export interface EventSource {
  /** For example `endpoint-slice-controller`. */
  readonly component: string;
  /** The node, for agents that run on one. */
  readonly host?: string;
}

/** What is to be said, before it has a name. */
export interface Occurrence {
  readonly about: ObjectReference;
  readonly type: EventType;
  /** One word in CamelCase, from a small set. */
  readonly reason: string;
  readonly message: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A reference to an object that knows its kind. */
export function referenceTo(object: KubeObject, fieldPath?: string): ObjectReference {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  const fields = { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid, resourceVersion, fieldPath };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** `nanos` makes the name; `wallMs` is the time that is told. */
export function newEvent(occurrence: Occurrence, source: EventSource, wallMs: number, nanos: bigint): Event {
  const { about, type, reason, message, annotations } = occurrence;
  const time = wholeSeconds(wallMs);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: eventName(about.name ?? '', nanos),
      namespace: about.namespace ?? 'default',
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    involvedObject: about,
    reason,
    message,
    source: { component: source.component, ...(source.host === undefined ? {} : { host: source.host }) },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type,
    reportingComponent: source.component,
    reportingInstance: source.host ?? '',
  };
}

/** `<object>.<nanoseconds in hex>`; objects whose name an Event may not bear lend theirs not. */
export function eventName(objectName: string, nanos: bigint): string {
  const name = `${objectName}.${nanos.toString(16)}`;
  const isSubdomain =
    name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
  return isSubdomain ? name : `event.${nanos.toString(16)}`;
}

/** metav1.Time: no fraction. */
export function wholeSeconds(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19)}Z`;
}
