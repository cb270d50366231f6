/** Everything that can be said about a pod and a Service, as data. The sentences are in sentences.ts. */
export type PodReason =
  /** Traffic reaches it. */
  | { readonly kind: 'serves'; readonly addresses: readonly string[] }
  /** Traffic reaches it although it is not ready: `publishNotReadyAddresses`. */
  | { readonly kind: 'servesUnready' }
  /** On its way out, still answering: used only while nobody else is ready. */
  | { readonly kind: 'servesWhileTerminating' }
  | { readonly kind: 'otherNamespace'; readonly namespace: string }
  | { readonly kind: 'labelMismatch'; readonly labels: readonly LabelDifference[] }
  | { readonly kind: 'finished'; readonly phase: 'Failed' | 'Succeeded' }
  | { readonly kind: 'notScheduled' }
  | { readonly kind: 'noIp'; readonly phase: string }
  | { readonly kind: 'terminating' }
  | { readonly kind: 'notReady'; readonly why: string | undefined; readonly containers: readonly string[] }
  /** Every container is ready; something outside the pod has not said so yet. */
  | { readonly kind: 'readinessGate'; readonly gates: readonly string[] }
  | { readonly kind: 'wrongFamily'; readonly wanted: readonly string[]; readonly found: readonly string[] }
  | { readonly kind: 'portNameMissing'; readonly name: string; readonly offered: readonly string[] }
  | { readonly kind: 'portProtocolDiffers'; readonly name: string; readonly wanted: string; readonly found: string }
  | { readonly kind: 'nodeUnknown'; readonly node: string }
  /** Beyond what an Endpoints object holds; the slices have it. */
  | { readonly kind: 'overCapacity' }
  /** Its address is its node's: others there may answer on the same port. */
  | { readonly kind: 'hostNetwork'; readonly sharedWith: readonly string[] }
  /** Should be published and is not: the controller is behind, or not running. */
  | { readonly kind: 'notPublished' }
  /** Is published and should not be. */
  | { readonly kind: 'stillPublished' };

/** A selector entry the pod does not meet. */
export interface LabelDifference {
  readonly key: string;
  readonly wanted: string;
  /** What the pod has under the key. */
  readonly found: string | undefined;
  /** Where it has no such key: a label it may have been meant by. */
  readonly nearest?: { readonly key: string; readonly value: string };
}

/** Why a Service as a whole has no pods, or not from its selector. */
export type ServiceReason =
  | { readonly kind: 'externalName'; readonly name: string }
  | { readonly kind: 'noSelector'; readonly published: number }
  | { readonly kind: 'noPorts' }
  | { readonly kind: 'noPodMatches'; readonly selector: string; readonly nearest: readonly string[] }
  | { readonly kind: 'nobodyReady'; readonly matching: number }
  | { readonly kind: 'healthy'; readonly serving: number; readonly matching: number };

export interface Sentence {
  readonly text: string;
  /** What to do about it; absent where nothing is wrong. */
  readonly fix?: string;
}
