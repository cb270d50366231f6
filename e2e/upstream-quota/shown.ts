/** What of an answer is compared: refusals whole, of accepted objects what quotas and limits have to do with. */
import { normalise } from '../upstream-api/normalise.ts';
import type { Answer } from '../upstream-api/send.ts';

interface Object {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly annotations?: unknown };
  readonly spec?: { readonly hard?: unknown; readonly containers?: Container[]; readonly initContainers?: Container[] };
  readonly status?: { readonly hard?: unknown; readonly used?: unknown };
}

interface Container {
  readonly resources?: unknown;
}

export function shown(answer: Answer): object {
  const { id, code, body } = normalise(answer);
  const { kind, metadata, spec, status } = body as Object;
  const head = { id, code };
  if (kind === 'Status') return { ...head, body };
  // Nobody has waited for the status that a quota has when it is made or goes.
  const isCounted = !id.startsWith('without ') && (!id.startsWith('quota ') || id.endsWith('counted'));
  if (kind === 'ResourceQuota' && !isCounted) return { ...head, spec };
  if (kind === 'ResourceQuota') return { ...head, spec, status };
  if (kind !== 'Pod') return { ...head, kind };
  const resources = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map((one) => one.resources);
  return { ...head, annotations: metadata?.annotations, resources };
}
