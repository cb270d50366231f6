/** POST …/token of a ServiceAccount: a signed token with an audience, an end, and perhaps an object it lives with. */
import { schemaOf } from '../../../api/schema/index.ts';
import { badRequest, conflict, invalid, notFound } from '../../../api/status.ts';
import type { KubeObject } from '../../../api/types.ts';
import { updateManagedFields } from '../../../patch/index.ts';
import type { Binding, Identified } from '../../authn/service-account-tokens.ts';
import { readObject } from '../../http/body.ts';
import type { ApiResponse } from '../../http/exchange.ts';
import { plainJson } from '../../http/negotiate.ts';
import { keyOf } from '../../registry/object-store.ts';
import { admitBody } from './admit-body.ts';
import { writeParams, type WriteParams } from '../options.ts';
import { renderValue } from '../render.ts';
import { timestamp, type Scope } from '../scope.ts';

interface BoundObject {
  kind?: string;
  apiVersion?: string;
  name?: string;
  uid?: string;
}

interface TokenRequest extends KubeObject {
  spec?: { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: BoundObject | null };
}

const defaultSeconds = 3600;
const minSeconds = 600;
const maxSeconds = 2 ** 32;

export async function createToken(scope: Scope): Promise<ApiResponse> {
  const { core, resource, info, request, warnings } = scope;
  const params = writeParams(scope, 'CreateOptions');
  const schema = schemaOf('authentication.k8s.io', 'v1', 'TokenRequest');
  if (schema === undefined) throw new Error('no schema for TokenRequest');
  const expected = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', schema };
  const asked = (await readObject(request, expected, params.fieldValidation, warnings)) as TokenRequest;
  await core.objects.refresh();
  const account = core.objects.get(resource, keyOf(resource, info.namespace, info.name));
  if (account === undefined) throw notFound(resource, info.name);
  const seconds = asked.spec?.expirationSeconds ?? defaultSeconds;
  checkSeconds(seconds);
  const { uid = '' } = account.parse().metadata;
  const now = core.clock.now();
  const audiences = asked.spec?.audiences?.length ? asked.spec.audiences : [core.tokens.issuer];
  await admitBody(scope, params, expected, asked);
  const binding = bindingOf(scope, asked.spec?.boundObjectRef);
  const { namespace, name } = info;
  const token = core.tokens.sign({ namespace, name, uid, audiences, seconds, binding });
  const record = recordOf(scope, params, asked);
  const answer = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, uid, creationTimestamp: timestamp(now), ...record },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: asked.spec?.boundObjectRef ?? null },
    status: { token, expirationTimestamp: timestamp(now + seconds * 1000) },
  };
  return renderValue(answer, plainJson, 201);
}

/** M34: a request for a token passes through creation, and is recorded as one, though nobody keeps it. */
function recordOf(scope: Scope, params: WriteParams, asked: TokenRequest): { managedFields?: unknown } {
  const schema = schemaOf('authentication.k8s.io', 'v1', 'TokenRequest');
  if (schema === undefined) return {};
  const { metadata } = updateManagedFields({
    type: schema,
    liveObject: undefined,
    newObject: asked,
    manager: params.fieldManager,
    apiVersion: 'authentication.k8s.io/v1',
    now: timestamp(scope.core.clock.now()),
    subresource: 'token',
  }) as KubeObject;
  return metadata.managedFields === undefined ? {} : { managedFields: metadata.managedFields };
}

interface PodParts {
  spec?: { serviceAccountName?: string; nodeName?: string };
}

const bindable = new Map([
  ['Pod', 'pods'],
  ['Secret', 'secrets'],
  ['Node', 'nodes'],
]);

/** The object that is to exist as long as the token counts. */
function bindingOf(scope: Scope, reference: BoundObject | null | undefined): Binding {
  if (reference === undefined || reference === null) return {};
  const { kind = '', apiVersion = '', name = '', uid = '' } = reference;
  const plural = bindable.get(kind);
  if (plural === undefined || (apiVersion !== '' && apiVersion !== 'v1')) {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  }
  const found = find(scope, plural, name);
  if (found === undefined) throw notFound({ group: '', resource: plural }, name);
  const own = { name, uid: found.metadata.uid ?? '' };
  if (uid !== '' && uid !== own.uid) {
    throw conflict(
      { group: '', resource: kind },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. ` +
        'The object might have been deleted and then recreated',
    );
  }
  switch (kind) {
    case 'Secret':
      return { secret: own };
    case 'Node':
      return { node: own };
    default:
      return podBinding(scope, own, found as KubeObject & PodParts);
  }
}

function podBinding(scope: Scope, pod: Identified, { spec }: PodParts): Binding {
  if (spec?.serviceAccountName !== scope.info.name) {
    throw badRequest(
      `cannot bind token for serviceaccount "${scope.info.name}" to pod running with different serviceaccount name.`,
    );
  }
  const name = spec.nodeName ?? '';
  const node = name === '' ? undefined : find(scope, 'nodes', name);
  return { pod, ...(node === undefined ? {} : { node: { name, uid: node.metadata.uid ?? '' } }) };
}

function find({ core, info }: Scope, plural: string, name: string): KubeObject | undefined {
  const resource = core.registry.get('', plural);
  return resource && core.objects.get(resource, keyOf(resource, info.namespace, name))?.parse();
}

function checkSeconds(seconds: number): void {
  const problem =
    seconds < minSeconds
      ? 'may not specify a duration less than 10 minutes'
      : seconds > maxSeconds
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (problem === undefined) return;
  throw invalid('TokenRequest', 'authentication.k8s.io', '', [
    { type: 'FieldValueInvalid', field: 'spec.expirationSeconds', message: `Invalid value: ${seconds}: ${problem}` },
  ]);
}
