/** `authorizer.group('').resource('pods').check('create').allowed()`: asks what the requesting user may do. */
import type { Environment } from '@marcbachmann/cel-js';

export interface AuthorizerQuestion {
  readonly verb: string;
  /** A path that is no resource. */
  readonly path?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** `namespace/name` of an account; absent: the user of the request. */
  readonly account?: string;
}

/** Reason is empty when nothing can be said. */
export type Authorize = (question: AuthorizerQuestion) => { readonly allowed: boolean; readonly reason: string };

type Resource = Omit<AuthorizerQuestion, 'verb' | 'path' | 'account'>;

const nothing: Resource = { group: '', resource: '', subresource: '', namespace: '', name: '' };

export class AuthorizerValue {
  readonly authorize: Authorize;
  readonly requestResource: ResourceCheck;
  readonly account: string | undefined;

  constructor(authorize: Authorize, request: Resource, account?: string) {
    this.authorize = authorize;
    this.account = account;
    this.requestResource = new ResourceCheck(this, request);
  }
}

class PathCheck {
  readonly by: AuthorizerValue;
  readonly path: string;
  constructor(by: AuthorizerValue, path: string) {
    this.by = by;
    this.path = path;
  }
}

class GroupCheck {
  readonly by: AuthorizerValue;
  readonly group: string;
  constructor(by: AuthorizerValue, group: string) {
    this.by = by;
    this.group = group;
  }
}

class ResourceCheck {
  readonly by: AuthorizerValue;
  readonly asked: Resource;
  constructor(by: AuthorizerValue, asked: Resource) {
    this.by = by;
    this.asked = asked;
  }
}

class Decision {
  readonly allowed: boolean;
  readonly reason: string;
  constructor({ allowed, reason }: { readonly allowed: boolean; readonly reason: string }) {
    this.allowed = allowed;
    this.reason = reason;
  }
}

/** The types are always known; the variable only where it may be named. */
export function addAuthorizer(environment: Environment, named: boolean): void {
  environment.registerType('kubernetes.authorization.Decision', { ctor: Decision, fields: {} });
  environment.registerType('kubernetes.authorization.PathCheck', { ctor: PathCheck, fields: {} });
  environment.registerType('kubernetes.authorization.GroupCheck', { ctor: GroupCheck, fields: {} });
  const resource = 'kubernetes.authorization.ResourceCheck';
  environment.registerType(resource, { ctor: ResourceCheck, fields: {} });
  const type = 'kubernetes.authorization.Authorizer';
  environment.registerType(type, { ctor: AuthorizerValue, fields: { requestResource: resource } });
  if (named) environment.registerVariable('authorizer', type);
  const decision = 'kubernetes.authorization.Decision';
  environment.registerFunction(
    `${type}.path(string): kubernetes.authorization.PathCheck`,
    (by: AuthorizerValue, path: string) => new PathCheck(by, path),
  );
  environment.registerFunction(
    `${type}.group(string): kubernetes.authorization.GroupCheck`,
    (by: AuthorizerValue, group: string) => new GroupCheck(by, group),
  );
  environment.registerFunction(
    `${type}.serviceAccount(string, string): ${type}`,
    (by: AuthorizerValue, namespace: string, name: string) =>
      new AuthorizerValue(by.authorize, nothing, `${namespace}/${name}`),
  );
  environment.registerFunction(
    `kubernetes.authorization.GroupCheck.resource(string): ${resource}`,
    ({ by, group }: GroupCheck, plural: string) => new ResourceCheck(by, { ...nothing, group, resource: plural }),
  );
  for (const part of ['subresource', 'namespace', 'name'] as const) {
    environment.registerFunction(
      `${resource}.${part}(string): ${resource}`,
      ({ by, asked }: ResourceCheck, text: string) => new ResourceCheck(by, { ...asked, [part]: text }),
    );
  }
  environment.registerFunction(
    `${resource}.check(string): ${decision}`,
    ({ by, asked }: ResourceCheck, verb: string) => new Decision(by.authorize({ verb, ...asked, ...accountOf(by) })),
  );
  environment.registerFunction(
    `kubernetes.authorization.PathCheck.check(string): ${decision}`,
    ({ by, path }: PathCheck, verb: string) => new Decision(by.authorize({ verb, path, ...nothing, ...accountOf(by) })),
  );
  environment.registerFunction(`${decision}.allowed(): bool`, ({ allowed }: Decision) => allowed);
  environment.registerFunction(`${decision}.reason(): string`, ({ reason }: Decision) => reason);
  environment.registerFunction(`${decision}.errored(): bool`, () => false);
  environment.registerFunction(`${decision}.error(): string`, () => '');
}

const accountOf = ({ account }: AuthorizerValue): { readonly account?: string } =>
  account === undefined ? {} : { account };
