/** What a mode may ask of the API server: the shipped roles, the preflight and the audit of tests go by this one list. */
import type { Client } from '../client/index.ts';
import type { Mode } from './mode.ts';

export interface Permission {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

export interface PermissionOptions {
  readonly mode: Mode;
  /** Canonical names of the controllers that run. */
  readonly controllers: ReadonlySet<string>;
}

const watching = ['list', 'watch'];
const writing = ['create', 'update', 'delete'];

/** Cluster-wide rights (section 6.2 of the runtime's specification), in order of the alphabet by group and resource. */
export function permissionsOf({ mode, controllers }: PermissionOptions): Permission[] {
  const [classic, slices, mirroring] = ['endpoints', 'endpointslice', 'endpointslice-mirroring'].map((name) =>
    controllers.has(`${name}-controller`),
  );
  const writes = mode === 'observe' ? [] : writing;
  const wanted: readonly (readonly [unknown, string, string, readonly string[]])[] = [
    [classic || mirroring, '', 'endpoints', [...watching, ...(classic ? writes : [])]],
    [mirroring && mode !== 'observe', '', 'endpoints/finalizers', ['update']],
    [mode !== 'observe', '', 'events', ['create', 'patch', 'update']],
    [slices, '', 'nodes', watching],
    [classic || slices, '', 'pods', watching],
    [true, '', 'services', watching],
    [slices && mode !== 'observe', '', 'services/finalizers', ['update']],
    [slices || mirroring, 'discovery.k8s.io', 'endpointslices', [...watching, ...writes]],
  ];
  return wanted
    .filter(([applies]) => applies)
    .map(([, group, resource, verbs]) => ({ group, resource, verbs: [...verbs].sort() }));
}

/** Those of them that the server does not grant: `create endpointslices.discovery.k8s.io`. */
export async function missingPermissions(client: Client, permissions: readonly Permission[]): Promise<string[]> {
  const questions = permissions.flatMap(({ group, resource, verbs }) =>
    verbs.map((verb) => ({ group, resource, verb })),
  );
  const answers = await Promise.all(
    questions.map(async (one) => ((await isAllowed(client, one)) ? [] : [inWords(one)])),
  );
  return answers.flat();
}

interface Question {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

const inWords = ({ group, resource, verb }: Question): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

/** A server that does not answer such questions is taken at its word when it refuses the request itself. */
async function isAllowed(client: Client, { group, resource: whole, verb }: Question): Promise<boolean> {
  const [resource, subresource] = whole.split('/');
  const resourceAttributes = { group, resource, verb, ...(subresource === undefined ? {} : { subresource }) };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const { status, text } = await client.raw('POST', path, review);
  if (status === 401 || status >= 500) throw new Error(`POST ${path}: ${status} ${text.slice(0, 200)}`);
  if (status !== 201) return true;
  return (JSON.parse(text) as { status?: { allowed?: boolean } }).status?.allowed === true;
}
