/** Pieces of rules. A rule is text with single spaces; comments that hold spaces are quoted (section 4.3). */
import type { DetectLocal, Protocol } from '../../model/index.ts';

export const comment = (text: string): string => `-m comment --comment ${text.includes(' ') ? `"${text}"` : text}`;

/** `-m tcp -p tcp`, the form upstream writes. */
export function protocolMatch(protocol: Protocol): string {
  const name = protocol.toLowerCase();
  return `-m ${name} -p ${name}`;
}

/** Matches pods of this node; undefined when they cannot be told (G46). */
export function isPod(detect: DetectLocal = { by: 'none' }): string | undefined {
  switch (detect.by) {
    case 'none':
      return undefined;
    case 'cidr':
      return `-s ${detect.cidr.text}`;
    case 'interface':
      return `-i ${detect.name}`;
    case 'interface-prefix':
      return `-i ${detect.prefix}+`;
  }
}

export function isNotPod(detect?: DetectLocal): string | undefined {
  const match = isPod(detect);
  return match === undefined ? undefined : `! ${match}`;
}
