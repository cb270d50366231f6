/** Reasons in words: what is the case, and what can be done about it. */
import type { LabelDifference, PodReason, Sentence, ServiceReason } from './reasons.ts';

const list = (items: readonly string[]): string => items.join(', ');

export function podSentence(pod: string, service: string, reason: PodReason): Sentence {
  switch (reason.kind) {
    case 'serves':
      return { text: `Pod ${pod} serves ${service} at ${list(reason.addresses)}.` };
    case 'servesUnready':
      return { text: `It is not ready; ${service} publishes it all the same (publishNotReadyAddresses).` };
    case 'servesWhileTerminating':
      return {
        text: `Pod ${pod} is terminating and still ready: it gets traffic only while no other pod is ready.`,
      };
    case 'otherNamespace':
      return {
        text: `Pod ${pod} lives in namespace ${reason.namespace}; a Service selects pods of its own namespace.`,
        fix: `Put the Service into namespace ${reason.namespace}, or the pod into the Service's.`,
      };
    case 'labelMismatch':
      return {
        text: `Pod ${pod} is not selected: ${list(reason.labels.map(differenceText))}.`,
        fix:
          `Label the pod ${list(reason.labels.map(({ key, wanted }) => `${key}=${wanted}`))} ` +
          `(in its template, if it has an owner), or change the selector of ${service}.`,
      };
    case 'finished':
      return {
        text: `Pod ${pod} has ${reason.phase === 'Failed' ? 'failed' : 'completed'}; finished pods get no traffic.`,
        fix: 'Start a new pod; look at the logs of this one for why it ended.',
      };
    case 'notScheduled':
      return {
        text: `Pod ${pod} has no node yet, hence no address.`,
        fix: `Look at the events of the pod (kubectl describe pod ${pod}) for why no node takes it.`,
      };
    case 'noIp':
      return {
        text: `Pod ${pod} has no address yet (phase ${reason.phase}).`,
        fix: 'The pod network on its node has not set it up; look at the events of the pod and at the node.',
      };
    case 'terminating':
      return { text: `Pod ${pod} is terminating and not ready any more.` };
    case 'notReady':
      return notReady(pod, reason.why, reason.containers);
    case 'readinessGate':
      return {
        text: `Pod ${pod} waits for its readiness gates: ${list(reason.gates)} not True. Its containers are ready.`,
        fix: 'Whoever sets these conditions, such as a load balancer controller, has not done so: look there.',
      };
    case 'wrongFamily':
      return {
        text: `Pod ${pod} has no ${reason.wanted.join(' or ')} address, only ${list(reason.found)}.`,
        fix: `Give ${service} the pod's family (ipFamilies), or the pod network both.`,
      };
    case 'portNameMissing':
      return {
        text: `Pod ${pod} has no port named ${reason.name}; it names ${named(reason.offered)}.`,
        fix: `Name the container's port ${reason.name}, or set the targetPort of ${service} to a number.`,
      };
    case 'portProtocolDiffers':
      return {
        text: `The port ${reason.name} of pod ${pod} is ${reason.found}; ${service} asks for ${reason.wanted}.`,
        fix: 'Set the same protocol on both.',
      };
    case 'nodeUnknown':
      return {
        text:
          reason.node === ''
            ? `Pod ${pod} has an address but no node name; such pods are left out.`
            : `Node ${reason.node} of pod ${pod} does not exist; its pods are left out until it does.`,
        fix: 'Wait for the Node to register, or delete the pod if its machine is gone.',
      };
    case 'overCapacity':
      return {
        text: `Pod ${pod} is beyond the 1000 addresses of an Endpoints object; the EndpointSlices have it.`,
        fix: 'Let consumers read EndpointSlices.',
      };
    case 'hostNetwork':
      return {
        text:
          `Pod ${pod} uses its node's network and address` +
          (reason.sharedWith.length === 0 ? '.' : `, as do ${list(reason.sharedWith)}: ports must not collide.`),
      };
    case 'notPublished':
      return {
        text: `Pod ${pod} should serve, but no EndpointSlice of ${service} has it yet.`,
        fix: 'Wait a moment; if it stays so, the EndpointSlice controller is not running or cannot write.',
      };
    case 'stillPublished':
      return {
        text: `An EndpointSlice of ${service} still lists pod ${pod} as ready.`,
        fix: 'Wait a moment; if it stays so, the EndpointSlice controller is not running or cannot write.',
      };
  }
}

export function serviceSentence(service: string, reason: ServiceReason): Sentence {
  switch (reason.kind) {
    case 'externalName':
      return { text: `${service} is an alias for ${reason.name}; it has no endpoints of its own.` };
    case 'noSelector':
      return {
        text:
          `${service} has no selector; its endpoints are written by hand or by another program` +
          (reason.published === 0 ? ', and there are none.' : `: ${reason.published}.`),
        ...(reason.published === 0 ? { fix: 'Set a selector, or create an EndpointSlice for it.' } : {}),
      };
    case 'noPorts':
      return {
        text: `${service} has a cluster IP and no ports, so nothing can be sent to it.`,
        fix: 'List its ports.',
      };
    case 'noPodMatches':
      return {
        text:
          `No pod in the namespace carries ${reason.selector}.` +
          (reason.nearest.length === 0 ? '' : ` Close: ${list(reason.nearest)}.`),
        fix: 'Correct the selector or the labels; the comparison is exact, in upper and lower case too.',
      };
    case 'nobodyReady':
      return {
        text: `${reason.matching} ${plural(reason.matching, 'pod')} selected, none ready: connections are refused.`,
        fix: 'See the pods below.',
      };
    case 'healthy':
      return { text: `${reason.serving} of ${reason.matching} selected ${plural(reason.matching, 'pod')} serve.` };
  }
}

function differenceText({ key, wanted, found, nearest }: LabelDifference): string {
  if (found !== undefined) return `${key} is ${found}, wanted ${wanted}`;
  const instead = nearest === undefined ? '' : ` (it has ${nearest.key}=${nearest.value})`;
  return `${key}=${wanted} is missing${instead}`;
}

function notReady(pod: string, why: string | undefined, containers: readonly string[]): Sentence {
  const which = containers.length === 0 ? '' : ` (${plural(containers.length, 'container')} ${list(containers)})`;
  return {
    text: `Pod ${pod} is not ready${which}${why === undefined ? '' : `: ${why}`}.`,
    fix: 'Look at its readiness probe and at the logs of the containers that are not ready.',
  };
}

const plural = (count: number, noun: string): string => (count === 1 ? noun : `${noun}s`);

const named = (names: readonly string[]): string => (names.length === 0 ? 'none' : list(names));
