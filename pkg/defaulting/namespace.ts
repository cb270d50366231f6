/** D15 and the two fields of a Namespace that only the server moves: its finalizers and its phase. */
import type { Namespace } from '../api/types.ts';
import { fillZero, without } from './fill.ts';
import { keepSpec, keepStatus } from './strategy.ts';

export const namespaceNameLabel = 'kubernetes.io/metadata.name';
const kubernetes = 'kubernetes';

/** A nameless one (generateName) gets its label once the name is known: run this again then. */
export function defaultNamespace(namespace: Namespace): Namespace {
  const { name, labels } = namespace.metadata;
  const status = fillZero(namespace.status ?? {}, { phase: 'Active' });
  const result = status === namespace.status ? namespace : { ...namespace, status };
  if (
    !name ||
    (labels !== undefined && Object.hasOwn(labels, namespaceNameLabel) && labels[namespaceNameLabel] === name)
  ) {
    return result;
  }
  return { ...result, metadata: { ...result.metadata, labels: { ...labels, [namespaceNameLabel]: name } } };
}

/** Starts Active, and cannot go away before the namespace controller has emptied it. */
export function prepareNamespaceForCreate(namespace: Namespace): Namespace {
  const finalizers = namespace.spec?.finalizers ?? [];
  return {
    ...namespace,
    spec: {
      ...namespace.spec,
      finalizers: finalizers.includes(kubernetes) ? finalizers : [...finalizers, kubernetes],
    },
    status: { phase: 'Active' },
  };
}

export function prepareNamespaceForUpdate(next: Namespace, previous: Namespace): Namespace {
  const finalizers = previous.spec?.finalizers;
  const spec = { ...without(next.spec ?? {}, 'finalizers'), ...(finalizers === undefined ? {} : { finalizers }) };
  return keepStatus({ ...next, spec }, previous);
}

export const prepareNamespaceStatusUpdate = (next: Namespace, previous: Namespace): Namespace =>
  keepSpec(next, previous);

/** A write to `…/finalize` moves the finalizers and nothing else. */
export const prepareNamespaceFinalize = (next: Namespace, previous: Namespace): Namespace => keepStatus(next, previous);
