/** Probes and lifecycle hooks: exactly one way to act, numbers that are not negative. */
import type { FieldError } from '../../../api/field-error.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../../errors.ts';
import { regexSentence } from '../../formats/text.ts';
import { notNegative } from '../../metadata/object-meta.ts';
import { validatePortNumberOrName } from '../service/ports.ts';
import type { Container, Lifecycle, Probe } from './types.ts';

type Handler = NonNullable<Lifecycle['postStart']> & Pick<Probe, 'grpc'>;

const schemes = ['HTTP', 'HTTPS'];
const headerRule = regexSentence(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  '[-A-Za-z0-9]+',
  'X-Header-Name',
);

/** `grace`: the Pod's termination grace period. */
export function validateProbes(container: Container, grace: number | undefined, field: string): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  const once = (probe: Probe, at: string): FieldError[] =>
    probe.successThreshold === 1 ? [] : [invalid(`${at}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')];
  const errors: FieldError[] = [];
  if (livenessProbe) {
    const at = `${field}.livenessProbe`;
    errors.push(...validateProbe(livenessProbe, grace, at), ...once(livenessProbe, at));
  }
  if (readinessProbe) {
    const at = `${field}.readinessProbe`;
    errors.push(...validateProbe(readinessProbe, grace, at));
    const own = readinessProbe.terminationGracePeriodSeconds;
    if (own !== undefined) {
      errors.push(invalid(`${at}.terminationGracePeriodSeconds`, own, 'must not be set for readinessProbes'));
    }
  }
  if (startupProbe) {
    const at = `${field}.startupProbe`;
    errors.push(...validateProbe(startupProbe, grace, at), ...once(startupProbe, at));
  }
  return errors;
}

function validateProbe(probe: Probe, grace: number | undefined, field: string): FieldError[] {
  const numbers = [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const;
  const own = probe.terminationGracePeriodSeconds;
  return [
    ...validateHandler(probe, grace, field),
    ...numbers.flatMap((name) => {
      const value = probe[name] ?? 0;
      return value < 0 ? [invalid(`${field}.${name}`, value, notNegative)] : [];
    }),
    ...(own !== undefined && own <= 0
      ? [invalid(`${field}.terminationGracePeriodSeconds`, own, 'must be greater than 0')]
      : []),
  ];
}

export function validateLifecycle(lifecycle: Lifecycle, grace: number | undefined, field: string): FieldError[] {
  const { postStart, preStop } = lifecycle;
  return [
    ...(postStart ? validateHandler(postStart, grace, `${field}.postStart`) : []),
    ...(preStop ? validateHandler(preStop, grace, `${field}.preStop`) : []),
  ];
}

function validateHandler(handler: Handler, grace: number | undefined, field: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const ways: [string, (() => FieldError[]) | undefined][] = [
    ['exec', exec && (() => ((exec.command ?? []).length > 0 ? [] : [required(`${field}.exec.command`)]))],
    ['httpGet', httpGet && (() => validateHttpGet(httpGet, `${field}.httpGet`))],
    ['tcpSocket', tcpSocket && (() => validatePortNumberOrName(tcpSocket.port ?? 0, `${field}.tcpSocket.port`))],
    ['grpc', grpc && (() => validatePortNumberOrName(grpc.port ?? 0, `${field}.grpc.port`))],
    ['sleep', sleep && (() => validateSleep(sleep.seconds ?? 0, grace, `${field}.sleep`))],
  ];
  const given = ways.filter(([, check]) => check !== undefined);
  if (given.length === 0) return [required(field, 'must specify a handler type')];
  return given.flatMap(([name, check], index) =>
    index === 0 ? (check?.() ?? []) : [forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')],
  );
}

function validateHttpGet(get: NonNullable<Handler['httpGet']>, field: string): FieldError[] {
  const { path = '', port = 0, scheme = '', httpHeaders = [] } = get;
  return [
    ...(path === '' ? [required(`${field}.path`)] : []),
    ...validatePortNumberOrName(port, `${field}.port`),
    ...(schemes.includes(scheme) ? [] : [notSupported(`${field}.scheme`, json(scheme), schemes)]),
    ...httpHeaders.flatMap(({ name = '' }) =>
      invalidEach(`${field}.httpHeaders`, name, /^[-A-Za-z0-9]+$/.test(name) ? [] : [headerRule]),
    ),
  ];
}

function validateSleep(seconds: number, grace: number | undefined, field: string): FieldError[] {
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
  return [invalid(field, seconds, detail)];
}
