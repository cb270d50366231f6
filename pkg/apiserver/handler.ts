/**
 * The way of a request through the server: what does it ask for, who asks, may they, and who answers. Errors become
 * Statuses here and nowhere else.
 */
import { badRequest, internalError, isStatusError, unknownPath } from '../api/status.ts';
import { anonymous } from './authn/authenticator.ts';
import { impersonate } from './authn/impersonation.ts';
import type { Attributes } from './authz/rules.ts';
import type { ServerCore } from './core.ts';
import type { Discovery } from './discovery/handler.ts';
import type { Health } from './health/health.ts';
import type { ApiRequest, ApiResponse, UserInfo } from './http/exchange.ts';
import { refuseForeignPages, type PagePolicy } from './http/origin.ts';
import { parseRequest, type RequestInfo, type ResourceRequest } from './http/request-info.ts';
import { parseDurationMs } from './http/query.ts';
import { json, statusResponse, text } from './http/respond.ts';
import { Warnings } from './http/warnings.ts';
import type { InFlightLimit } from './limits/in-flight.ts';
import type { OpenApi } from './openapi/handler.ts';
import { dispatch } from './resources/dispatch.ts';
import type { Scope } from './resources/scope.ts';
import { answerReview, reviewTypeOf } from './reviews/reviews.ts';

export interface HandlerParts {
  readonly core: ServerCore;
  readonly discovery: Discovery;
  readonly openApi: OpenApi;
  readonly health: Health;
  readonly version: object;
  readonly inFlight: InFlightLimit;
  readonly pages: PagePolicy;
  readonly metrics: (request: ApiRequest) => Promise<ApiResponse>;
  /** Told of every finished request: access log and metrics. */
  readonly observe?: (record: AccessRecord) => void;
  /** Told of what is a bug of ours. */
  readonly onPanic: (error: unknown, auditId: string) => void;
}

export interface AccessRecord {
  readonly request: ApiRequest;
  readonly info: RequestInfo | undefined;
  readonly user: UserInfo;
  readonly status: number;
  /** Until the answer began: a watch is not waited for. */
  readonly durationMs: number;
  readonly auditId: string;
  /** What webhooks and policies had to say of it. */
  readonly annotations: ReadonlyMap<string, string>;
}

/** What a request gathers beside its answer. */
type Beside = Pick<Scope, 'warnings' | 'audit'>;

export type Handler = (request: ApiRequest) => Promise<ApiResponse>;

/** S6: what anybody may ask. */
const openPaths: ReadonlySet<string> = new Set(['/version', '/version/']);

export function createHandler(parts: HandlerParts): Handler {
  const { core } = parts;
  return async (request) => {
    const started = core.clock.monotonic();
    const auditId = auditIdOf(request);
    const beside: Beside = { warnings: new Warnings(), audit: new Map() };
    let user = anonymous;
    let info: RequestInfo | undefined;
    let response: ApiResponse;
    try {
      refuseForeignPages(request, parts.pages);
      user = core.authenticator.authenticate(request);
      info = parseRequest(request.method, request.path, request.query);
      user = impersonate(request, user, core.authorizer);
      response = await limited(parts, request, info, user, beside);
    } catch (error) {
      response = refusal(parts, error, auditId);
    }
    const durationMs = core.clock.monotonic() - started;
    parts.observe?.({ request, info, user, status: response.status, durationMs, auditId, annotations: beside.audit });
    // S7: who is nobody, or not who they say, cannot make and reset streams without end.
    if (user === anonymous) response = { ...response, endsSession: true };
    return withCommonHeaders(response, auditId, beside.warnings);
  };
}

/** P7: the client's own, if it is one that a header field and a line of a log can carry. */
function auditIdOf({ headers }: ApiRequest): string {
  const given = headers['audit-id'] ?? '';
  return /^[!-~]{1,128}$/.test(given) ? given : crypto.randomUUID();
}

function limited(
  parts: HandlerParts,
  request: ApiRequest,
  info: RequestInfo,
  user: UserInfo,
  beside: Beside,
): Promise<ApiResponse> {
  return parts.inFlight.run(info, user, async () => answer(parts, request, info, user, beside));
}

function answer(
  parts: HandlerParts,
  request: ApiRequest,
  info: RequestInfo,
  user: UserInfo,
  beside: Beside,
): ApiResponse | Promise<ApiResponse> {
  if (info.kind === 'resource') return answerResource(parts, request, info, user, beside);
  const health = parts.health.answer(request);
  if (health !== undefined) return health;
  if (openPaths.has(request.path)) return json(200, parts.version);
  parts.core.authorizer.require(info, user);
  if (request.path === '/metrics') return parts.metrics(request);
  if (request.path === '/') return json(200, { paths: rootPaths(parts) });
  const found = parts.discovery.answer(request) ?? parts.openApi.answer(request);
  return found ?? pageNotFound();
}

function answerResource(
  { core }: HandlerParts,
  request: ApiRequest,
  info: ResourceRequest,
  user: UserInfo,
  beside: Beside,
): ApiResponse | Promise<ApiResponse> {
  core.authorizer.require(attributesOf(core, info), user);
  const type = reviewTypeOf(info);
  if (type !== undefined) return answerReview({ core, request, info, user, warnings: beside.warnings, type });
  checkTimeout(request);
  const endpoint = core.registry.endpoint(info.group, info.version, info.resource);
  if (endpoint === undefined) {
    if (core.registry.isOpen(info.group)) return pageNotFound();
    throw unknownPath();
  }
  const { resource } = endpoint;
  if (resource.custom === true && !resource.namespaced && info.namespace !== '') return pageNotFound();
  return dispatch({ core, request, info, user, ...beside, ...endpoint });
}

/** What no part of the server claims is answered by none of them. */
const pageNotFound = (): ApiResponse => text(404, '404 page not found\n');

/** P9 */
function checkTimeout({ query }: ApiRequest): void {
  const given = query.get('timeout');
  if (given === null || given === '' || parseDurationMs(given) !== undefined) return;
  throw badRequest(`invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(given)}`);
}

/** A Namespace itself is asked for in its own namespace, as upstream's request info has it. */
function attributesOf(_core: ServerCore, info: ResourceRequest): Attributes {
  if (info.group !== '' || info.resource !== 'namespaces' || info.name === '') return info;
  return { ...info, namespace: info.name };
}

function refusal(parts: HandlerParts, error: unknown, auditId: string): ApiResponse {
  if (isStatusError(error)) return statusResponse(error.status);
  parts.onPanic(error, auditId);
  // SV23: the client learns an id to quote, not our stack.
  return statusResponse(internalError(`this is a fault of the server, logged under audit id ${auditId}`).status);
}

function withCommonHeaders(response: ApiResponse, auditId: string, warnings: Warnings): ApiResponse {
  const texts = warnings.toHeaders();
  return {
    ...response,
    headers: { ...response.headers, 'audit-id': auditId, ...(texts.length === 0 ? {} : { warning: texts }) },
  };
}

function rootPaths({ core }: HandlerParts): string[] {
  const groups = new Set<string>();
  for (const { group, versions } of core.registry.all()) {
    if (group === '') continue;
    groups.add(`/apis/${group}`);
    for (const { version } of versions) groups.add(`/apis/${group}/${version}`);
  }
  const health = ['/healthz', '/livez', '/readyz'];
  return [
    '/api',
    '/api/v1',
    '/apis',
    ...groups,
    ...health,
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/version',
  ].sort();
}
