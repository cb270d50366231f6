/** What expressions of admission are run over. */
import {
  AuthorizerValue,
  compileAdmission,
  CompileError,
  CostError,
  RunError,
  type AdmissionVariables,
  type AuthorizerQuestion,
  type TypedProgram,
} from '../../../cel/index.ts';
import { celOf, largestIn } from '../../../customresources/index.ts';
import type { KubeObject } from '../../../api/types.ts';
import type { MatchCondition } from '../../../api/admission.ts';
import { serviceAccountUser } from '../../authn/service-account-user.ts';
import type { Attributes } from '../admission.ts';
import { nameOf, namespaceOf, requestOf, seen, type Invocation } from './view.ts';

/** Sums of all that a policy or a webhook says about one request. */
export const outOfBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run';

export interface Ready {
  readonly source: string;
  readonly program: TypedProgram | undefined;
  readonly problem: string;
}

/** What was stored by an older server may not compile; then running it is the error. */
export function ready(
  source: string,
  wanted: Parameters<typeof compileAdmission>[1],
  known: AdmissionVariables,
): Ready {
  try {
    return { source, program: compileAdmission(source, wanted, known), problem: '' };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { source, program: undefined, problem: error.message };
  }
}

export interface Bindings {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly largest: number;
}

export function bindingsOf(
  attributes: Attributes,
  invocation: Invocation,
  more: { readonly params?: KubeObject | null; readonly namespace?: KubeObject | undefined } = {},
): Bindings {
  const object = seen(attributes, 'object', invocation);
  const old = seen(attributes, 'previous', invocation);
  return {
    largest: Math.max(largestIn(object), largestIn(old), largestIn(more.params)),
    variables: {
      object: celOf(object),
      oldObject: celOf(old),
      request: celOf(requestOf(attributes, invocation)),
      namespaceObject: celOf(more.namespace ?? null),
      params: celOf(more.params ?? null),
      authorizer: authorizerOf(attributes),
    },
  };
}

function authorizerOf(attributes: Attributes): AuthorizerValue {
  const { scope } = attributes;
  const ask = ({ verb, path, account, ...asked }: AuthorizerQuestion): { allowed: boolean; reason: string } => {
    const user = account === undefined ? scope.user : serviceAccountUser(account);
    return scope.core.authorizer.authorize(
      path === undefined ? { kind: 'resource', verb, version: '*', ...asked } : { kind: 'path', verb, path },
      user,
    );
  };
  return new AuthorizerValue(ask, {
    group: scope.resource.group,
    resource: scope.resource.resource,
    subresource: scope.info.subresource,
    namespace: namespaceOf(attributes),
    name: nameOf(attributes),
  });
}

/** Throws RunError in upstream's words; CostError when it would take too long. */
export function evaluate({ source, program, problem }: Ready, { variables, largest }: Bindings): unknown {
  if (program === undefined) throw new RunError(`compilation error: ${problem}`);
  try {
    return program.run(variables, largest);
  } catch (error) {
    if (error instanceof CostError) throw new CostError(outOfBudget, { cause: error });
    if (!(error instanceof RunError)) throw error;
    throw new RunError(`expression '${source}' resulted in error: ${error.message}`, { cause: error });
  }
}

/** All must hold. A condition that fails to run counts only when no other says no. Throws RunError. */
export function conditionsHold(conditions: readonly Ready[], bindings: Bindings): boolean {
  const problems: string[] = [];
  for (const condition of conditions) {
    try {
      if (evaluate(condition, bindings) === false) return false;
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      if (error instanceof CostError) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new RunError(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
  return true;
}

export const readyConditions = (conditions: readonly MatchCondition[] = [], params = false): Ready[] =>
  conditions.map(({ expression }) => ready(expression.trim(), ['bool'], { params, authorizer: true }));
