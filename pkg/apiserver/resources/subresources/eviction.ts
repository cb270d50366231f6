/** POST …/eviction: a deletion that asks first. Disruption budgets have no controller here yet, so none refuses. */
import { schemaOf } from '../../../api/schema/index.ts';
import type { KubeObject } from '../../../api/types.ts';
import { readObject } from '../../http/body.ts';
import { admitBody } from './admit-body.ts';
import type { ApiResponse } from '../../http/exchange.ts';
import { plainJson } from '../../http/negotiate.ts';
import { removeObject, type DeleteOptions } from '../delete.ts';
import { writeParams } from '../options.ts';
import { renderValue } from '../render.ts';
import type { Scope } from '../scope.ts';

interface Eviction extends KubeObject {
  deleteOptions?: Omit<DeleteOptions, 'dryRun'>;
}

export async function evictPod(scope: Scope): Promise<ApiResponse> {
  const params = writeParams(scope, 'CreateOptions');
  const schema = schemaOf('policy', 'v1', 'Eviction');
  if (schema === undefined) throw new Error('no schema for Eviction');
  const expected = { group: 'policy', version: 'v1', kind: 'Eviction', schema };
  const eviction = (await readObject(scope.request, expected, params.fieldValidation, scope.warnings)) as Eviction;
  await admitBody(scope, params, expected, eviction);
  const options = { ...eviction.deleteOptions, dryRun: params.dryRun };
  await removeObject(scope, options, scope.info.namespace, scope.info.name);
  return renderValue({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, plainJson, 201);
}
