/** Query options of reads and writes, parsed and checked once (L table, L31, P35, F1). */
import { parseFieldSelector, FieldSelectorError, type FieldSelector } from '../../api/fields/selector.ts';
import type { FieldError } from '../../api/field-error.ts';
import { parseSelector, SelectorError, type Selector } from '../../api/labels/selector.ts';
import { badRequest, invalid } from '../../api/status.ts';
import type { FieldValidation } from '../http/body.ts';
import { booleanParam, integerParam } from '../http/query.ts';
import { unknownFieldText } from '../registry/fields.ts';
import type { Scope } from './scope.ts';

export interface ReadOptions {
  readonly labels: Selector;
  readonly fields: FieldSelector;
  readonly limit: number;
  readonly continueToken: string;
  /** Empty: unset. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: '' | 'Exact' | 'NotOlderThan';
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly timeoutSeconds: number | undefined;
}

export function readOptions(scope: Scope, watching: boolean): ReadOptions {
  const { query } = scope.request;
  const match = query.get('resourceVersionMatch') ?? '';
  const options: ReadOptions = {
    labels: labelSelector(query.get('labelSelector') ?? ''),
    fields: fieldSelector(scope, query.get('fieldSelector') ?? ''),
    limit: integerParam(query, 'limit') ?? 0,
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: match as ReadOptions['resourceVersionMatch'],
    allowWatchBookmarks: booleanParam(query, 'allowWatchBookmarks'),
    sendInitialEvents: query.has('sendInitialEvents') ? booleanParam(query, 'sendInitialEvents') : undefined,
    timeoutSeconds: integerParam(query, 'timeoutSeconds'),
  };
  const errors = watching ? watchProblems(options) : listProblems(options);
  if (errors.length > 0) throw invalid('ListOptions', 'meta.k8s.io', '', errors);
  return options;
}

/** S28: what no client of ours comes near, and what every object of a list would pay for. */
const selectorLimits = { length: 16 * 1024, requirements: 1_000, values: 1_000 } as const;

function checkLength(text: string): void {
  if (text.length <= selectorLimits.length) return;
  throw badRequest(`the selector is too long: ${text.length} characters, the limit is ${selectorLimits.length}`);
}

function labelSelector(text: string): Selector {
  checkLength(text);
  try {
    const selector = parseSelector(text);
    const { requirements } = selector;
    if (requirements.length > selectorLimits.requirements) {
      throw badRequest(`the selector has more than ${selectorLimits.requirements} requirements`);
    }
    if (requirements.some(({ values }) => values.length > selectorLimits.values)) {
      throw badRequest(`a requirement of the selector has more than ${selectorLimits.values} values`);
    }
    return selector;
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

function fieldSelector(scope: Scope, text: string): FieldSelector {
  checkLength(text);
  let selector: FieldSelector;
  try {
    selector = parseFieldSelector(text);
  } catch (error) {
    if (error instanceof FieldSelectorError) throw badRequest(error.message);
    throw error;
  }
  for (const { field } of selector.terms) checkField(scope, field);
  const pinned = selector.exact('metadata.name');
  if (scope.info.name !== '' && pinned !== undefined && pinned !== scope.info.name) {
    throw badRequest("fieldSelector metadata.name doesn't match requested name"); // L44
  }
  return selector;
}

/** L40. A namespace can be asked for even of kinds that have none, unless they list their labels by name. */
function checkField({ resource }: Scope, field: string): void {
  const { group, kind, fields, namespaced, custom } = resource;
  if (field === 'metadata.name' || fields.has(field)) return;
  if (field === 'metadata.namespace' && (namespaced || fields.size === 0)) return;
  throw badRequest(custom === true ? `field label not supported: ${field}` : unknownFieldText(group, kind, field));
}

const forbiddenField = (field: string, why: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${why}`,
});

const unknownMatch = (match: string): FieldError => ({
  type: 'FieldValueNotSupported',
  field: 'resourceVersionMatch',
  message: `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan", ""`,
});

const isKnownMatch = (match: string): boolean => match === '' || match === 'Exact' || match === 'NotOlderThan';

function listProblems(options: ReadOptions): FieldError[] {
  const { resourceVersion, resourceVersionMatch: match, continueToken, sendInitialEvents } = options;
  const errors: FieldError[] = [];
  if (sendInitialEvents !== undefined) {
    errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  if (match === '') return errors;
  const field = 'resourceVersionMatch';
  if (continueToken !== '') {
    errors.push(forbiddenField(field, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  if (!isKnownMatch(match)) errors.push(unknownMatch(match));
  if (resourceVersion === '') {
    errors.push(forbiddenField(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  }
  if (match === 'Exact' && resourceVersion === '0') {
    errors.push(forbiddenField(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return errors;
}

/** L31 */
function watchProblems(options: ReadOptions): FieldError[] {
  const { resourceVersionMatch: match, continueToken, sendInitialEvents } = options;
  const errors: FieldError[] = [];
  const field = 'resourceVersionMatch';
  if (match !== '') {
    if (sendInitialEvents === undefined) {
      errors.push(
        forbiddenField(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
      );
    }
    if (continueToken !== '') {
      errors.push(forbiddenField(field, 'resourceVersionMatch is forbidden when continue is provided'));
    }
    if (!isKnownMatch(match)) errors.push(unknownMatch(match));
  }
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(forbiddenField(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  return errors;
}

export interface WriteParams {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean | undefined;
}

const validations = ['Ignore', 'Warn', 'Strict'];

/** `kind` names the options type in the 422: CreateOptions, UpdateOptions, PatchOptions. */
export function writeParams({ request }: Scope, kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions'): WriteParams {
  const { query } = request;
  const errors: FieldError[] = [];
  const dryRuns = query.getAll('dryRun');
  if (dryRuns.some((value) => value !== 'All')) errors.push(badDryRun(dryRuns));
  const fieldManager = query.get('fieldManager') ?? '';
  if (fieldManager.length > 128) {
    errors.push({
      type: 'FieldValueTooLong',
      field: 'fieldManager',
      message: 'Too long: may not be more than 128 bytes',
    });
  }
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (fieldValidation !== '' && !validations.includes(fieldValidation)) {
    errors.push({
      type: 'FieldValueNotSupported',
      field: 'fieldValidation',
      message: `Unsupported value: "${fieldValidation}": supported values: "", "Ignore", "Strict", "Warn"`,
    });
  }
  if (errors.length > 0) throw invalid(kind, 'meta.k8s.io', '', errors);
  return {
    dryRun: dryRuns.length > 0,
    fieldManager: fieldManager === '' ? managerFromAgent(request.headers['user-agent'] ?? '') : fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    force: query.has('force') ? booleanParam(query, 'force') : undefined,
  };
}

export function badDryRun(values: readonly string[]): FieldError {
  const list = values.map((value) => `"${value}"`).join(',');
  return {
    type: 'FieldValueNotSupported',
    field: 'dryRun',
    message: `Unsupported value: [${list}]: supported values: "All"`,
  };
}

/** Without a fieldManager the program name in front of the slash is it (section 2). */
function managerFromAgent(userAgent: string): string {
  return (userAgent.split('/')[0] ?? '').slice(0, 128);
}
