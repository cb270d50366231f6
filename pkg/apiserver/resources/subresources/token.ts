/** POST …/token of a ServiceAccount: a signed token with an audience and an end. */
import { schemaOf } from '../../../api/schema/index.ts';
import { invalid, notFound } from '../../../api/status.ts';
import type { KubeObject } from '../../../api/types.ts';
import { readObject } from '../../http/body.ts';
import type { ApiResponse } from '../../http/exchange.ts';
import { plainJson } from '../../http/negotiate.ts';
import { keyOf } from '../../registry/object-store.ts';
import { writeParams } from '../options.ts';
import { renderValue } from '../render.ts';
import { timestamp, type Scope } from '../scope.ts';

interface TokenRequest extends KubeObject {
  spec?: { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: unknown };
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
  const token = core.tokens.sign({ namespace: info.namespace, name: info.name, uid, audiences, seconds });
  const answer = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: info.name, namespace: info.namespace, creationTimestamp: timestamp(now) },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: asked.spec?.boundObjectRef ?? null },
    status: { token, expirationTimestamp: timestamp(now + seconds * 1000) },
  };
  return renderValue(answer, plainJson, 201);
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
