/**
 * Event. Through core/v1 only the old, loose rules apply; through events.k8s.io/v1 an event must be complete on create
 * and keeps everything but its series on update. Fields are those of core/v1, in which events are stored.
 */
import type { FieldError } from '../../api/field-error.ts';
import type { Event } from '../../api/types.ts';
import { sameValue } from '../equal.ts';
import { invalid, invalidEach, json, required } from '../errors.ts';
import { dnsSubdomainProblems } from '../formats/dns.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { byteLength } from '../formats/text.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

const longest = { reportingInstance: 128, action: 128, reason: 128, message: 1024 };

/** `strict` is true for requests to events.k8s.io/v1. */
export function validateEvent(event: Event, strict = false): FieldError[] {
  const errors = validateLoose(event, strict);
  if (!strict) return errors;
  return [
    ...errors,
    ...validateObjectMeta(event.metadata, true, subdomainName),
    ...validateSeries(event),
    ...(event.eventTime ? [] : [required('eventTime')]),
    ...(event.type === 'Normal' || event.type === 'Warning'
      ? []
      : [invalid('type', '', `has invalid value: ${event.type ?? ''}`)]),
    ...unset('firstTimestamp', event.firstTimestamp),
    ...unset('lastTimestamp', event.lastTimestamp),
    ...unset('count', event.count),
    ...unset('source', event.source?.component || event.source?.host),
  ];
}

const unset = (field: string, value: unknown): FieldError[] => (value ? [invalid(field, '', 'needs to be unset')] : []);

function validateSeries({ series }: Event): FieldError[] {
  if (series === undefined || series === null) return [];
  return [
    ...((series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
    ...(series.lastObservedTime ? [] : [required('series.lastObservedTime')]),
  ];
}

function validateLoose(event: Event, strict: boolean): FieldError[] {
  const namespace = event.metadata.namespace ?? '';
  const involved = event.involvedObject?.namespace ?? '';
  const errors = event.eventTime ? validateModern(event, strict) : [];
  const named = involved === '' ? (event.eventTime ? ['default', 'kube-system'] : ['', 'default']) : [involved];
  // A modern event about a namespaced object may live anywhere.
  const mismatch = !named.includes(namespace) && !(event.eventTime && involved !== '');
  return [
    ...(mismatch ? [invalid('involvedObject.namespace', involved, 'does not match event.namespace')] : []),
    ...errors,
    ...invalidEach('namespace', namespace, dnsSubdomainProblems(namespace)),
  ];
}

/** Events with an eventTime say who reported them and what was done. */
function validateModern(event: Event, strict: boolean): FieldError[] {
  const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  const component = strict ? 'reportingController' : 'reportingComponent';
  const text = (field: keyof typeof longest, value: string, needed = true): FieldError[] => [
    ...(needed && value === '' ? [required(field)] : []),
    ...(byteLength(value) > longest[field]
      ? [invalid(field, '', `can have at most ${longest[field]} characters`)]
      : []),
  ];
  return [
    ...(reportingComponent === '' ? [required(component)] : []),
    ...invalidEach(component, reportingComponent, labelKeyProblems(reportingComponent)),
    ...text('reportingInstance', reportingInstance),
    ...text('action', action),
    ...text('reason', reason),
    ...text('message', message, false),
  ];
}

/** Only the series, and through core/v1 anything, may change. */
export function validateEventUpdate(next: Event, previous: Event, strict = false): FieldError[] {
  const errors = validateLoose(next, strict);
  if (!strict) return errors;
  const fixed = (field: string, after: unknown, before: unknown, plain: boolean): FieldError[] =>
    sameValue(after ?? '', before ?? '')
      ? []
      : [invalid(field, plain && typeof after === 'string' ? after : json(after ?? ''), immutable)];
  return [
    ...errors,
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...(sameValue(next.series, previous.series) ? [] : validateSeries(next)),
    ...fixed('involvedObject', next.involvedObject, previous.involvedObject, false),
    ...fixed('reason', next.reason, previous.reason, true),
    ...fixed('message', next.message, previous.message, true),
    ...fixed('source', next.source, previous.source, false),
    ...fixed('firstTimestamp', next.firstTimestamp, previous.firstTimestamp, false),
    ...fixed('lastTimestamp', next.lastTimestamp, previous.lastTimestamp, false),
    ...fixed('count', next.count, previous.count, false),
    ...fixed('reason', next.reason, previous.reason, true),
    ...fixed('type', next.type, previous.type, true),
    ...fixed('eventTime', next.eventTime, previous.eventTime, false),
    ...fixed('action', next.action, previous.action, true),
    ...fixed('related', next.related, previous.related, false),
    ...fixed('reportingController', next.reportingComponent, previous.reportingComponent, true),
    ...fixed('reportingInstance', next.reportingInstance, previous.reportingInstance, true),
  ];
}
