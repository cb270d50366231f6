/** T6: of an object nothing but its metadata. */
import type { KubeObject } from '../../api/types.ts';

/** Kept by upstream as a field of the spec, so that it is no annotation to who sees metadata alone. */
const templateGeneration = 'deprecated.daemonset.template.generation';

/** `version` of meta.k8s.io. */
export function metadataOf({ kind, metadata }: KubeObject, version: string): KubeObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: kind === 'DaemonSet' ? withoutTemplateGeneration(metadata) : metadata,
  };
}

function withoutTemplateGeneration(given: KubeObject['metadata']): KubeObject['metadata'] {
  const { annotations = {} } = given;
  if (!Object.hasOwn(annotations, templateGeneration)) return given;
  const kept = Object.entries(annotations).filter(([key]) => key !== templateGeneration);
  const metadata = { ...given, annotations: Object.fromEntries(kept) };
  if (kept.length === 0) delete (metadata as { annotations?: unknown }).annotations;
  return metadata;
}
