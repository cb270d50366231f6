/** Kinds that are questions: created, answered, never stored (S10). */
import { schemaOf, type StructType } from '../../api/schema/index.ts';
import { badRequest, methodNotAllowed } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import { updateManagedFields } from '../../patch/index.ts';
import { withGroup } from '../authn/authenticator.ts';
import type { Attributes } from '../authz/rules.ts';
import type { ServerCore } from '../core.ts';
import { readObject } from '../http/body.ts';
import type { ApiRequest, ApiResponse, UserInfo } from '../http/exchange.ts';
import { plainJson } from '../http/negotiate.ts';
import type { ResourceRequest } from '../http/request-info.ts';
import type { Warnings } from '../http/warnings.ts';
import { renderValue } from '../resources/render.ts';
import { timestamp } from '../resources/scope.ts';

export interface ReviewType {
  readonly group: string;
  readonly version: 'v1';
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const review = (group: string, kind: string, namespaced = false): ReviewType => ({
  group,
  version: 'v1',
  resource: `${kind.toLowerCase()}s`,
  kind,
  namespaced,
});

const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';

export const reviewTypes: readonly ReviewType[] = [
  review(authentication, 'SelfSubjectReview'),
  review(authentication, 'TokenReview'),
  review(authorization, 'LocalSubjectAccessReview', true),
  review(authorization, 'SelfSubjectAccessReview'),
  review(authorization, 'SelfSubjectRulesReview'),
  review(authorization, 'SubjectAccessReview'),
];

export function reviewTypeOf({ group, version, resource }: ResourceRequest): ReviewType | undefined {
  if (version !== 'v1') return undefined;
  return reviewTypes.find((type) => type.group === group && type.resource === resource);
}

interface ReviewRequest {
  readonly core: ServerCore;
  readonly request: ApiRequest;
  readonly info: ResourceRequest;
  readonly user: UserInfo;
  readonly warnings: Warnings;
  readonly type: ReviewType;
}

export async function answerReview(asked: ReviewRequest): Promise<ApiResponse> {
  const { request, info, type, warnings } = asked;
  if (info.verb !== 'create' || info.name !== '' || info.subresource !== '') throw methodNotAllowed();
  const schema = schemaOf(type.group, type.version, type.kind);
  if (schema === undefined) throw new Error(`no schema for ${type.kind}`);
  const object = await readObject(request, { ...type, schema }, 'Warn', warnings);
  const status = statusOf(asked, object);
  return renderValue({ ...stamped(asked, schema, object), status }, plainJson, 201);
}

/** Reviews pass through creation like everything else: a self review is dated, the others record who asked. */
function stamped({ core, request, type }: ReviewRequest, schema: StructType, object: KubeObject): KubeObject {
  const now = timestamp(core.clock.now());
  if (type.kind === 'SelfSubjectReview') return { ...object, metadata: { ...object.metadata, creationTimestamp: now } };
  const agent = request.headers['user-agent']?.split('/')[0] ?? '';
  const apiVersion = `${type.group}/${type.version}`;
  return updateManagedFields({
    type: schema,
    liveObject: undefined,
    newObject: object,
    manager: request.query.get('fieldManager') ?? agent,
    apiVersion,
    now,
  }) as KubeObject;
}

function statusOf({ core, info, user, type }: ReviewRequest, object: KubeObject): unknown {
  switch (type.kind) {
    case 'SelfSubjectReview':
      return { userInfo: wireUser(user) };
    case 'TokenReview':
      return tokenStatus(core, object['spec'] ?? {});
    case 'SelfSubjectRulesReview':
      return rulesStatus(core, user, (object['spec'] as { namespace?: string } | undefined)?.namespace ?? '');
    case 'SelfSubjectAccessReview':
      return accessStatus(core, object['spec'] ?? {}, user);
    case 'LocalSubjectAccessReview': {
      const spec = (object['spec'] ?? {}) as AccessSpec;
      if ((spec.resourceAttributes?.namespace ?? '') !== info.namespace) {
        throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${info.namespace}`);
      }
      return accessStatus(core, spec, namedUser(spec));
    }
    default: {
      const spec = (object['spec'] ?? {}) as AccessSpec;
      return accessStatus(core, spec, namedUser(spec));
    }
  }
}

interface AccessSpec {
  resourceAttributes?: {
    namespace?: string;
    verb?: string;
    group?: string;
    version?: string;
    resource?: string;
    subresource?: string;
    name?: string;
  };
  nonResourceAttributes?: { path?: string; verb?: string };
  user?: string;
  groups?: string[];
  uid?: string;
}

const namedUser = (spec: AccessSpec): UserInfo => ({ username: spec.user ?? '', groups: spec.groups ?? [] });

function attributesOf({ resourceAttributes: resource, nonResourceAttributes: path }: AccessSpec): Attributes {
  if (resource === undefined) return { kind: 'path', verb: path?.verb ?? '', path: path?.path ?? '' };
  return {
    kind: 'resource',
    verb: resource.verb ?? '',
    group: resource.group ?? '',
    version: resource.version ?? '',
    resource: resource.resource ?? '',
    subresource: resource.subresource ?? '',
    namespace: resource.namespace ?? '',
    name: resource.name ?? '',
  };
}

function accessStatus(core: ServerCore, spec: AccessSpec, user: UserInfo): object {
  const { allowed, reason } = core.authorizer.authorize(attributesOf(spec), user);
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

function rulesStatus(core: ServerCore, user: UserInfo, namespace: string): object {
  const rules = core.authorizer.rulesFor(user, namespace);
  return {
    resourceRules: rules.filter((rule) => (rule.resources ?? []).length > 0),
    nonResourceRules: rules
      .filter((rule) => (rule.nonResourceURLs ?? []).length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
}

interface TokenSpec {
  token?: string;
  audiences?: string[];
}

function tokenStatus(core: ServerCore, { token = '', audiences }: TokenSpec): object {
  const wanted = audiences !== undefined && audiences.length > 0 ? audiences : [core.tokens.issuer];
  const user = core.authenticator.tokenUser(token, wanted);
  if (user === undefined) return { user: {}, error: 'invalid bearer token' };
  return { authenticated: true, user: wireUser(withGroup(user)), audiences: wanted };
}

function wireUser({ username, uid, groups, extra }: UserInfo): object {
  return {
    username,
    ...(uid === undefined || uid === '' ? {} : { uid }),
    groups,
    ...(extra === undefined ? {} : { extra }),
  };
}
