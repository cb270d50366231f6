/**
 * RBAC of a new cluster as text. A paragraph is a role; its first line is the name, `namespace/name` for one that holds
 * in a namespace. Lines below it:
 *
 *     for user NAME | for group NAME | for account NAMESPACE/NAME     who has it; `for nobody` binds it to none yet
 *     adds to ROLE                                                    its rules go into that aggregated role too
 *     gathers                                                         its rules come from the roles that add to it
 *     VERBS GROUPS RESOURCES [=NAMES]                                 a rule; `core` is the group without a name
 *     VERBS PATHS                                                     a rule about paths
 */
import type { KubeObject } from '../../../api/types.ts';
import type { PolicyRule } from '../../authz/rules.ts';

const group = 'rbac.authorization.k8s.io';

/** Roles and their bindings, in the order of the text. */
export function parseRoles(text: string): KubeObject[] {
  return text.trim().split('\n\n').flatMap(parseRole);
}

function parseRole(paragraph: string): KubeObject[] {
  const [head = '', ...lines] = paragraph.split('\n').map((line) => line.trim());
  const slash = head.indexOf('/');
  const namespace = slash < 0 ? undefined : head.slice(0, slash);
  const name = head.slice(slash + 1);
  const metadata = metadataOf(name, namespace, lines);
  const rules = lines.flatMap(parseRule);
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const role = { apiVersion: `${group}/v1`, kind, metadata, rules, ...aggregation(name, lines) };
  const holders = lines.filter((line) => line.startsWith('for '));
  if (holders.length === 0) return [role];
  const subjects = holders.flatMap(parseSubject);
  const binding = {
    apiVersion: `${group}/v1`,
    kind: `${kind}Binding`,
    metadata: metadataOf(bindingNames.get(name) ?? name, namespace, []),
    roleRef: { apiGroup: group, kind, name },
    ...(subjects.length === 0 ? {} : { subjects }),
  };
  return [role, binding];
}

/** The one binding that is not called like its role. */
const bindingNames = new Map([
  ['extension-apiserver-authentication-reader', 'system::extension-apiserver-authentication-reader'],
]);

function metadataOf(name: string, namespace: string | undefined, lines: readonly string[]): KubeObject['metadata'] {
  const adds = lines.filter((line) => line.startsWith('adds to ')).map((line) => line.slice('adds to '.length));
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: {
      'kubernetes.io/bootstrapping': 'rbac-defaults',
      ...Object.fromEntries(adds.map((role) => [`${group}/aggregate-to-${role}`, 'true'])),
    },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  };
}

function aggregation(name: string, lines: readonly string[]): object {
  if (!lines.includes('gathers')) return {};
  return {
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`${group}/aggregate-to-${name}`]: 'true' } }] },
  };
}

function parseSubject(line: string): object[] {
  const [, kind = '', name = ''] = line.split(' ');
  switch (kind) {
    case 'user':
      return [{ kind: 'User', apiGroup: group, name }];
    case 'group':
      return [{ kind: 'Group', apiGroup: group, name }];
    case 'account': {
      const [namespace, account] = name.split('/');
      return [{ kind: 'ServiceAccount', name: account, namespace }];
    }
    default:
      return [];
  }
}

function parseRule(line: string): PolicyRule[] {
  if (/^(?:for|adds to|gathers)\b/.test(line)) return [];
  const [verbs = '', second = '', resources, names] = line.split(' ');
  if (resources === undefined) return [{ verbs: verbs.split(','), nonResourceURLs: second.split(',') }];
  return [
    {
      verbs: verbs.split(','),
      apiGroups: second.split(',').map((name) => (name === 'core' ? '' : name)),
      resources: resources.split(','),
      ...(names === undefined ? {} : { resourceNames: names.slice(1).split(',') }),
    },
  ];
}
