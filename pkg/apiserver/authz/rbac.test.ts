import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testServer, type TestServer } from '../../testing/api-server.ts';
import { describeRights, missingRights } from './escalation.ts';
import { ruleAllows, type Attributes } from './rules.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const ann = { username: 'ann', groups: ['devs', 'system:authenticated'] };
const asked = (more: Partial<Extract<Attributes, { kind: 'resource' }>>): Attributes => ({
  kind: 'resource',
  verb: 'get',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: 'default',
  name: '',
  ...more,
});

describe('rules', () => {
  const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
  it('SV5 a subresource needs its own rule', () => {
    expect(ruleAllows(rule, asked({}))).toBe(true);
    expect(ruleAllows(rule, asked({ subresource: 'log' }))).toBe(false);
    expect(ruleAllows({ ...rule, resources: ['*/log'] }, asked({ subresource: 'log' }))).toBe(true);
  });
  it('SV5 names match only what is asked for by name', () => {
    const named = { ...rule, verbs: ['get', 'list', 'create'], resourceNames: ['a'] };
    expect(ruleAllows(named, asked({ name: 'a' }))).toBe(true);
    expect(ruleAllows(named, asked({ verb: 'list' }))).toBe(false);
    expect(ruleAllows(named, asked({ verb: 'create' }))).toBe(false);
  });
  it('paths end in a star or match whole', () => {
    const paths = { verbs: ['get'], nonResourceURLs: ['/api/*', '/version'] };
    const path = (text: string): Attributes => ({ kind: 'path', verb: 'get', path: text });
    expect(
      [path('/api/x'), path('/api'), path('/version'), path('/version/')].map((one) => ruleAllows(paths, one)),
    ).toEqual([true, false, true, false]);
  });
});

describe('missing rights', () => {
  it('are told a resource a line, verbs together', () => {
    const held = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }];
    const wanted = [
      { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['get'], nonResourceURLs: ['/x'] },
    ];
    expect(describeRights(missingRights(held, wanted))).toBe(
      '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}\n{NonResourceURLs:["/x"], Verbs:["get"]}',
    );
  });
  it('a right on everything is not covered by a right on one name', () => {
    const named = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] }];
    expect(missingRights(named, [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }])).toHaveLength(1);
    expect(missingRights(named, named)).toHaveLength(0);
  });
});

describe('SV4 stored roles decide', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await testServer({ lifecycle: false });
    await api.post(`${rbac}/namespaces/default/roles`, {
      metadata: { name: 'author' },
      rules: [
        { verbs: ['create', 'update'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'] },
        { verbs: ['get'], apiGroups: [''], resources: ['configmaps'] },
      ],
    });
    await api.post(`${rbac}/namespaces/default/rolebindings`, {
      metadata: { name: 'author' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'author' },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'devs' }],
    });
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
  });

  it('lets through what a binding grants, in its namespace only', async () => {
    expect((await api.get('/api/v1/namespaces/default/configmaps/x', { user: ann })).status).toBe(404);
    const elsewhere = await api.get('/api/v1/namespaces/kube-system/configmaps/x', { user: ann });
    expect([elsewhere.status, elsewhere.body['message']]).toEqual([
      403,
      'configmaps "x" is forbidden: User "ann" cannot get resource "configmaps" in API group "" in the namespace "kube-system"',
    ]);
  });

  it('refuses a role that holds more than its author', async () => {
    const role = (verbs: string[]): object => ({
      metadata: { name: 'made' },
      rules: [{ verbs, apiGroups: [''], resources: ['configmaps'] }],
    });
    const more = await api.post(`${rbac}/namespaces/default/roles`, role(['get', 'delete']), { user: ann });
    expect([more.status, more.body['message']]).toEqual([
      403,
      'roles.rbac.authorization.k8s.io "made" is forbidden: user "ann" (groups=["devs" "system:authenticated"]) is ' +
        'attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["configmaps"], Verbs:["delete"]}',
    ]);
    expect((await api.post(`${rbac}/namespaces/default/roles`, role(['get']), { user: ann })).status).toBe(201);
  });

  it('refuses a binding to a role that holds more than its author', async () => {
    const binding = (kind: string, name: string): object => ({
      metadata: { generateName: 'b-' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ann' }],
    });
    const path = `${rbac}/namespaces/default/rolebindings`;
    expect((await api.post(path, binding('ClusterRole', 'cluster-admin'), { user: ann })).status).toBe(403);
    expect((await api.post(path, binding('Role', 'author'), { user: ann })).status).toBe(201);
    expect((await api.post(path, binding('Role', 'gone'), { user: ann })).status).toBe(404);
  });

  it('S8 impersonation needs its own right, and is never ignored', async () => {
    const asOther = { headers: { 'impersonate-user': 'bob' } };
    const refused = await api.get('/api/v1/namespaces/default', { user: ann, ...asOther });
    expect([refused.status, refused.body['message']]).toEqual([
      403,
      'users "bob" is forbidden: User "ann" cannot impersonate resource "users" in API group "" at the cluster scope',
    ]);
    const allowed = await api.get('/api/v1/namespaces/default', asOther);
    expect([allowed.status, allowed.body['message']]).toEqual([
      403,
      'namespaces "default" is forbidden: User "bob" cannot get resource "namespaces" in API group "" in the namespace "default"',
    ]);
  });
});
