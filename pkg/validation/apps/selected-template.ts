/** A selector and the template of the Pods it must find again. */
import type { FieldError } from '../../api/field-error.ts';
import type { ValidationContext } from '../context.ts';
import { type Template, validateLastingTemplate, validatePodTemplateSpec } from '../core/pod/template.ts';
import { invalid } from '../errors.ts';
import type { LabelSelector } from '../metadata/labels.ts';
import { readSelector, showSelector, validateOwnSelector, validateSelectsTemplate } from '../metadata/selector.ts';

const field = 'spec.template';

/** Deployments and ReplicaSets: the messages name one kind for the selector and the other for the template. */
export function validateSelectedTemplate(
  selector: LabelSelector | undefined,
  template: Template | undefined,
  context: ValidationContext,
): FieldError[] {
  const errors = validateOwnSelector(selector, 'spec.selector', 'deployment');
  const matcher = readSelector(selector);
  if (matcher === undefined) {
    return [...errors, invalid('spec.selector', showSelector(selector), 'invalid label selector')];
  }
  return [
    ...errors,
    ...validateSelectsTemplate(matcher, template?.metadata?.labels, field),
    ...validatePodTemplateSpec(template, field, context),
    ...validateLastingTemplate(template, field, 'ReplicaSet'),
  ];
}
