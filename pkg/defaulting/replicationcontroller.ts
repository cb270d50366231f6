/** ReplicationControllers take labels and selector from their template. */
import type { ReplicationController } from '../api/workloads.ts';
import { fill } from './fill.ts';
import { withSpec, withTemplate } from './workload.ts';

type Spec = NonNullable<ReplicationController['spec']>;

const isEmpty = (map: object | undefined): boolean => Object.keys(map ?? {}).length === 0;

export function defaultReplicationController(object: ReplicationController): ReplicationController {
  const result = withSpec<Spec, ReplicationController>(object, (given) => {
    const spec = fill(given, { replicas: 1 });
    return spec.template === undefined ? spec : withTemplate(spec);
  });
  const { spec, metadata } = result;
  const labels = spec?.template?.metadata?.labels;
  if (labels === undefined || isEmpty(labels)) return result;
  const [unlabelled, unselective] = [isEmpty(metadata.labels), isEmpty(spec?.selector)];
  if (!unlabelled && !unselective) return result;
  return {
    ...result,
    ...(unlabelled ? { metadata: { ...metadata, labels } } : {}),
    ...(unselective ? { spec: { ...spec, selector: labels } } : {}),
  };
}
