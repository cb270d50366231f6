/** POST …/binding: gives a Pod its node. */
import { schemaOf } from '../../../api/schema/index.ts';
import { conflict, invalid } from '../../../api/status.ts';
import type { KubeObject } from '../../../api/types.ts';
import { readObject } from '../../http/body.ts';
import type { ApiResponse } from '../../http/exchange.ts';
import { plainJson } from '../../http/negotiate.ts';
import { keyOf } from '../../registry/object-store.ts';
import { writeParams } from '../options.ts';
import { renderValue } from '../render.ts';
import type { Scope } from '../scope.ts';
import { admitBody } from './admit-body.ts';
import { changeStored } from '../update.ts';

interface Binding extends KubeObject {
  target?: { kind?: string; name?: string };
}

interface BindablePod extends KubeObject {
  spec?: { nodeName?: string };
  status?: { conditions?: { type: string; status: string; lastTransitionTime?: string }[] };
}

export async function bindPod(scope: Scope): Promise<ApiResponse> {
  const { resource, info, request, warnings } = scope;
  const params = writeParams(scope, 'CreateOptions');
  const schema = schemaOf('', 'v1', 'Binding');
  if (schema === undefined) throw new Error('no schema for Binding');
  const expected = { group: '', version: 'v1', kind: 'Binding', schema };
  const binding = (await readObject(request, expected, params.fieldValidation, warnings)) as Binding;
  await admitBody(scope, params, expected, binding);
  const node = binding.target?.name ?? '';
  if (node === '') {
    throw invalid('Binding', '', info.name, [
      { type: 'FieldValueRequired', field: 'target.name', message: 'Required value' },
    ]);
  }
  await changeStored(
    { ...scope, subresource: { name: 'binding', verbs: ['create'], kind: expected } },
    params,
    keyOf(resource, info.namespace, info.name),
    (current) => {
      const pod = current as BindablePod;
      const bound = pod.spec?.nodeName ?? '';
      if (bound !== '') {
        throw conflict(
          { group: '', resource: 'pods/binding' },
          info.name,
          `pod ${info.name} is already assigned to node "${bound}"`,
        );
      }
      pod.spec = { ...pod.spec, nodeName: node };
      return { object: pod, record: 'update' };
    },
  );
  return renderValue({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, plainJson, 201);
}
