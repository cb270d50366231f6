/** Labels of Nodes that have been replaced by others. */
import { labelValueProblems } from '../formats/labels.ts';

const replaced = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** What to use instead. */
export const deprecatedNodeLabel = (key: string): string | undefined => replaced.get(key);

interface Term {
  readonly matchExpressions?: readonly { readonly key?: string; readonly values?: readonly string[] }[];
}

/** `checkValues`: where bad values are not refused, they are at least named. */
export function nodeTermWarnings(term: Term, field: string, checkValues: boolean): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key = '', values = [] }, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    const advice = deprecatedNodeLabel(key);
    return [
      ...(advice === undefined ? [] : [`${at}.key: ${key} is ${advice}`]),
      ...(checkValues
        ? values.flatMap((value, position) =>
            labelValueProblems(value).map((problem) => `${at}.values[${position}]: ${value} is invalid, ${problem}`),
          )
        : []),
    ];
  });
}
