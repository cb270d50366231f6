/** Differences from the real server that we know of and stand by. Everything else is a fault. */
import { reasonIn, type Known } from './known.ts';

export const register: readonly Known[] = [
  {
    id: 'list with watch=true&resourceVersion=abc',
    why: 'upstream answers 500 to a version that is no number on a watch; a client fault is 400 here, as on lists',
  },
  {
    id: /^(?:autoscaler of many metrics, patched as v1|watch of autoscalers as v1|apply of an autoscaler as v1)/,
    why: 'upstream converts the object to the version of each manager to see whose fields change; here names are compared',
  },
  {
    id: /^networking\.k8s\.io\/v1\/ServiceCIDR (?:get|list) as table$/,
    why: 'three columns for -o wide say how full a range is; upstream has none',
  },
];

export const knownReason = reasonIn(register);
