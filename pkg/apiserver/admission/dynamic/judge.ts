/** One request before one policy with one parameter: what each of its expressions says. */
import type { AdmissionPolicy, PolicyValidation } from '../../../api/admission.ts';
import type { KubeObject } from '../../../api/types.ts';
import { CostError, lazyValues, RunError } from '../../../cel/index.ts';
import type { Attributes } from '../admission.ts';
import {
  bindingsOf,
  conditionsHold,
  evaluate,
  ready,
  readyConditions,
  type Bindings,
  type Ready,
} from './expressions.ts';
import type { Invocation } from './view.ts';

export interface Decision {
  readonly denied: boolean;
  readonly message: string;
  /** Empty: as usual, Invalid. */
  readonly reason: string;
  /** Of the validation in its policy. */
  readonly index: number;
}

export interface Judgement {
  readonly decisions: readonly Decision[];
  /** Audit annotations to publish. */
  readonly values: readonly (readonly [string, string])[];
  /** Audit annotations that could not be computed, under failurePolicy Fail. */
  readonly failures: readonly Decision[];
}

interface ReadyPolicy {
  readonly fails: boolean;
  readonly conditions: readonly Ready[];
  readonly variables: readonly (readonly [string, Ready])[];
  readonly validations: readonly { given: PolicyValidation; rule: Ready; message: Ready | undefined }[];
  readonly annotations: readonly (readonly [string, Ready])[];
}

const made = new Map<string, ReadyPolicy>();
const most = 1_000;

/** Compiled once for each version of the policy. */
export function readyPolicy({ metadata, spec = {} }: AdmissionPolicy): ReadyPolicy {
  const id = `${metadata.uid} ${metadata.resourceVersion}`;
  const known = made.get(id);
  if (known !== undefined) return known;
  const params = spec.paramKind !== undefined;
  const { variables = [], validations = [], auditAnnotations = [] } = spec;
  const names = variables.map(({ name }) => name);
  const scope = { params, authorizer: true, ...(names.length === 0 ? {} : { variables: names }) };
  const policy: ReadyPolicy = {
    fails: spec.failurePolicy !== 'Ignore',
    conditions: readyConditions(spec.matchConditions, params),
    variables: variables.map(({ name, expression }) => [name, ready(expression, ['any'], scope)] as const),
    validations: validations.map((given) => ({
      given,
      rule: ready(given.expression, ['bool'], scope),
      message:
        (given.messageExpression ?? '') === ''
          ? undefined
          : ready(given.messageExpression ?? '', ['string'], { ...scope, authorizer: false }),
    })),
    annotations: auditAnnotations.map(
      ({ key, valueExpression }) => [key, ready(valueExpression.trim(), ['string', 'null_type'], scope)] as const,
    ),
  };
  if (made.size >= most) made.clear();
  made.set(id, policy);
  return policy;
}

const nothing: Judgement = { decisions: [], values: [], failures: [] };

export function judge(
  policy: ReadyPolicy,
  attributes: Attributes,
  invocation: Invocation,
  params: KubeObject | null,
  namespace: KubeObject | undefined,
): Judgement {
  const bindings = bindingsOf(attributes, invocation, { params, namespace });
  const failed = (message: string, index = 0): Decision => ({ denied: policy.fails, message, reason: '', index });
  try {
    if (!conditionsHold(policy.conditions, bindings)) return nothing;
    const composed = withVariables(policy, bindings);
    const decisions = policy.validations.map(({ given, rule, message }, index) => {
      try {
        if (evaluate(rule, composed) === true) return { denied: false, message: '', reason: '', index };
      } catch (error) {
        if (!(error instanceof RunError) || error instanceof CostError) throw error;
        return failed(error.message, index);
      }
      return { denied: true, message: messageOf(given, message, composed), reason: given.reason ?? 'Invalid', index };
    });
    return { decisions, ...annotationsOf(policy, composed, failed) };
  } catch (error) {
    if (error instanceof RunError) return { ...nothing, decisions: [failed(error.message)] };
    throw error;
  }
}

/** Variables are computed when they are first asked for, and see those before them. */
function withVariables({ variables }: ReadyPolicy, bindings: Bindings): Bindings {
  if (variables.length === 0) return bindings;
  const makers = new Map<string, () => unknown>();
  const composed: Bindings = { ...bindings, variables: { ...bindings.variables, variables: lazyValues(makers) } };
  const values = composed.variables['variables'] as Map<string, unknown>;
  for (const [name, expression] of variables) {
    values.set(name, undefined);
    makers.set(name, () => {
      try {
        if (expression.program === undefined) throw new RunError(expression.problem);
        return expression.program.run(composed.variables, composed.largest);
      } catch (error) {
        if (!(error instanceof RunError) || error instanceof CostError) throw error;
        const verb = expression.program === undefined ? 'compile' : 'evaluate';
        throw new RunError(`composited variable ${JSON.stringify(name)} fails to ${verb}: ${error.message}`, {
          cause: error,
        });
      }
    });
  }
  return composed;
}

const maxMessageBytes = 5 * 1024;

/** What messageExpression says if it can be shown, else the message, else the expression itself. */
function messageOf(
  { expression, message = '' }: PolicyValidation,
  computed: Ready | undefined,
  bindings: Bindings,
): string {
  try {
    const found = computed === undefined ? '' : evaluate(computed, bindings);
    const text = typeof found === 'string' ? found.trim() : '';
    if (text !== '' && !text.includes('\n') && Buffer.byteLength(text) <= maxMessageBytes) return text;
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    if (error instanceof CostError) return `failed messageExpression: ${error.message}`;
  }
  return message === '' ? `failed expression: ${expression.trim()}` : message.trim();
}

const maxAnnotationLength = 10 * 1024;

function annotationsOf(
  { annotations, fails }: ReadyPolicy,
  bindings: Bindings,
  failed: (message: string) => Decision,
): Pick<Judgement, 'values' | 'failures'> {
  const values: (readonly [string, string])[] = [];
  const failures: Decision[] = [];
  for (const [key, expression] of annotations) {
    try {
      const value = evaluate(expression, bindings);
      if (typeof value === 'string' && value.trim() !== '')
        values.push([key, value.trim().slice(0, maxAnnotationLength)]);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      if (fails) failures.push(failed(error.message));
    }
  }
  return { values, failures };
}
