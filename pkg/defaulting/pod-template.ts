/** Templates of Pods get what Pods get, except what only a real Pod needs. */
import type { PodTemplateSpec } from '../api/workloads.ts';
import { defaultPodSpec } from './pod.ts';

export function defaultPodTemplateSpec(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const spec = defaultPodSpec(template?.spec ?? { containers: [] });
  return template !== undefined && spec === template.spec ? template : { ...template, spec };
}
