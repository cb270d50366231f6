/** One question to one webhook, and what its answer is worth (H7, H8, H10, H11). */
import { DecodeError } from '../../../api/schema/index.ts';
import { badRequest, failure, type Status, type StatusError } from '../../../api/status.ts';
import { parseJson } from '../../http/yaml.ts';
import { callWebhook, CallError, ClientError } from '../../webhooks/call.ts';
import { resolveService } from '../../webhooks/resolve-service.ts';
import type { Attributes } from '../admission.ts';
import type { Hook } from './hooks.ts';
import { requestOf, seen, type Invocation } from './view.ts';

/** The webhook could not be asked, or its answer is no answer: failurePolicy decides. */
export class CallingError extends Error {
  constructor(webhook: string, why: string) {
    super(`failed calling webhook ${JSON.stringify(webhook)}: ${why}`);
  }
}

export interface Verdict {
  /** Parsed JSON Patch; absent when nothing is to be changed. */
  readonly patch: unknown;
}

interface Response {
  uid?: unknown;
  allowed?: unknown;
  status?: Partial<Status>;
  patch?: string;
  patchType?: string;
  warnings?: unknown;
  auditAnnotations?: unknown;
}

/** Throws CallingError, or the StatusError of a refusal. */
export async function askWebhook(
  hook: Hook,
  attributes: Attributes,
  invocation: Invocation,
  mutating: boolean,
): Promise<Verdict> {
  const { webhook } = hook;
  const { scope, dryRun } = attributes;
  const { name, sideEffects, clientConfig, timeoutSeconds } = webhook;
  if (dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') {
    throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
  }
  const version = webhook.admissionReviewVersions?.find((one) => one === 'v1' || one === 'v1beta1');
  if (version === undefined) {
    const why = 'webhook does not accept known AdmissionReview versions (v1, v1beta1)';
    throw new CallingError(name, `could not create admission objects: ${why}`);
  }
  const uid = crypto.randomUUID();
  const head = { kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}` };
  const request = {
    uid,
    ...requestOf(attributes, invocation),
    object: seen(attributes, 'object', invocation),
    oldObject: seen(attributes, 'previous', invocation),
  };
  let answer: unknown;
  try {
    answer = await callWebhook({
      client: clientConfig,
      userAgent: 'kube-apiserver-admission',
      body: { ...head, request },
      timeoutSeconds: timeoutSeconds ?? 10,
      signal: scope.request.signal,
      resolve: (service) => resolveService(scope.core, service),
    });
  } catch (error) {
    if (error instanceof ClientError) throw new CallingError(name, `could not get REST client: ${error.message}`);
    if (error instanceof CallError) throw new CallingError(name, `failed to call webhook: ${error.message}`);
    throw error;
  }
  const response = responseIn(answer, version, name);
  const problem = version === 'v1' ? problemOf(response, answer, uid, mutating) : undefined;
  if (problem !== undefined) throw new CallingError(name, `received invalid webhook response: ${problem}`);
  noteBeside(attributes, name, response);
  if (response.allowed !== true) throw refusal(name, response.status);
  return { patch: mutating && (response.patch ?? '') !== '' ? patchIn(response, name) : undefined };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function responseIn(answer: unknown, version: string, name: string): Response {
  const fail = (why: string): CallingError => new CallingError(name, `failed to call webhook: ${why}`);
  if (!isObject(answer)) {
    throw fail(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${goKind(answer)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const { response, apiVersion = `admission.k8s.io/${version}`, kind = 'AdmissionReview' } = answer;
  const known = kind === 'AdmissionReview' && /^admission\.k8s\.io\/v1(?:beta1)?$/.test(String(apiVersion));
  if (!known) {
    const shown = `${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
    throw fail(`no kind ${shown} in scheme "pkg/runtime/scheme.go:111"`);
  }
  const given = String(apiVersion).slice('admission.k8s.io/'.length);
  if (given !== version) {
    throw fail(`converting (${given}.AdmissionReview) to (${version}.AdmissionReview): unknown conversion`);
  }
  if (response === undefined || response === null) {
    throw new CallingError(name, 'received invalid webhook response: webhook response was absent');
  }
  const text = isObject(response) ? response['patch'] : undefined;
  if (typeof text === 'string' && !isBase64(text)) throw fail(`illegal base64 data at input byte ${firstBad(text)}`);
  const allowed = isObject(response) ? response['allowed'] : undefined;
  const bad = !isObject(response)
    ? response
    : allowed !== undefined && typeof allowed !== 'boolean'
      ? allowed
      : undefined;
  if (bad === undefined) return response;
  const [field, type] = isObject(response)
    ? ['AdmissionResponse.response.allowed', 'bool']
    : ['AdmissionReview.response', 'v1.AdmissionResponse'];
  throw fail(`json: cannot unmarshal ${goKind(bad)} into Go struct field ${field} of type ${type}`);
}

const goKind = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;

const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);

const firstBad = (text: string): number => {
  const at = text.search(/[^A-Za-z0-9+/]/);
  return at < 0 ? text.length : at;
};

/** H7 */
function problemOf(response: Response, answer: unknown, uid: string, mutating: boolean): string | undefined {
  const given = typeof response.uid === 'string' ? response.uid : '';
  if (given !== uid) return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(given)}`;
  const { apiVersion = '', kind = '' } = answer as { apiVersion?: string; kind?: string };
  if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') {
    const shown = `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;
    return `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${shown}`;
  }
  const { patch = '', patchType } = response;
  if (!mutating) {
    if (patch !== '') return 'validating webhook may not return response.patch';
    return patchType === undefined ? undefined : 'validating webhook may not return response.patchType';
  }
  if (patch !== '' && patchType === undefined) return 'webhook returned response.patch but not response.patchType';
  if (patch === '' && patchType !== undefined) return 'webhook returned response.patchType but not response.patch';
  return patchType === '' ? 'webhook returned invalid response.patchType of ""' : undefined;
}

function noteBeside({ scope }: Attributes, name: string, { warnings, auditAnnotations }: Response): void {
  if (isObject(auditAnnotations)) {
    for (const [key, value] of Object.entries(auditAnnotations)) scope.audit.set(`${name}/${key}`, String(value));
  }
  if (Array.isArray(warnings)) scope.warnings.addAll(warnings.map(String));
}

/** H8 */
function refusal(name: string, status: Partial<Status> = {}): StatusError {
  const denied = `admission webhook ${JSON.stringify(name)} denied the request`;
  const { message = '', reason = '', code = 0, details } = status;
  const why = message !== '' ? `: ${message}` : reason !== '' ? `: ${reason}` : ' without explanation';
  return failure(code < 400 ? 400 : code, reason, denied + why, details);
}

function patchIn({ patch = '', patchType }: Response, name: string): unknown {
  let operations: unknown;
  try {
    operations = parseJson(Buffer.from(patch, 'base64').toString()).value;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new CallingError(name, `received undecodable patch in webhook response: ${error.message}`);
  }
  if (!Array.isArray(operations)) {
    const why = `json: cannot unmarshal ${goKind(operations)} into Go value of type jsonpatch.Patch`;
    throw new CallingError(name, `received undecodable patch in webhook response: ${why}`);
  }
  if (operations.length === 0) return undefined;
  if ((patchType ?? 'JSONPatch') === 'JSONPatch') return operations;
  throw new CallingError(name, `unsupported patch type ${JSON.stringify(patchType)}`);
}
