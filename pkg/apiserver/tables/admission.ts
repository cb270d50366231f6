/** Rows of webhook configurations, admission policies and their bindings. */
import type { KubeObject } from '../../api/types.ts';
import type { Column, TableColumns } from '../registry/resource.ts';
import { age } from './age.ts';
import { ageColumn, column, nameColumn } from './default-columns.ts';
import { at, list, text } from './read.ts';

const born = ({ metadata }: KubeObject, now: number): string => age(metadata.creationTimestamp, now);

const number = (name: string, description: string): Column => ({ ...column(name, description), type: 'integer' });

export const webhookColumns: TableColumns = {
  columns: [nameColumn, number('Webhooks', 'How many are asked.'), ageColumn],
  cells: (object, now) => [object.metadata.name, list(object, 'webhooks').length, born(object, now)],
};

const unset = '<unset>';

export const policyColumns: TableColumns = {
  columns: [
    nameColumn,
    number('Validations', 'How many rules it has.'),
    column('ParamKind', 'What its parameters are.'),
    ageColumn,
  ],
  cells: (policy, now) => [
    policy.metadata.name,
    list(policy, 'spec', 'validations').length,
    at(policy, 'spec', 'paramKind') === undefined
      ? unset
      : `${text(policy, ['spec', 'paramKind', 'apiVersion'])}/${text(policy, ['spec', 'paramKind', 'kind'])}`,
    born(policy, now),
  ],
};

export const bindingColumns: TableColumns = {
  columns: [
    nameColumn,
    column('PolicyName', 'The policy it puts into force.'),
    column('ParamRef', 'Its parameters.'),
    ageColumn,
  ],
  cells: (binding, now) => [
    binding.metadata.name,
    text(binding, ['spec', 'policyName']),
    paramsOf(binding),
    born(binding, now),
  ],
};

/** Whether a parameter lives in a namespace cannot be told from here. */
function paramsOf(binding: KubeObject): string {
  const name = text(binding, ['spec', 'paramRef', 'name']);
  if (name !== '') return `${text(binding, ['spec', 'paramRef', 'namespace'], '*')}/${name}`;
  const selector = at(binding, 'spec', 'paramRef', 'selector');
  return selector === undefined ? unset : JSON.stringify(selector);
}
