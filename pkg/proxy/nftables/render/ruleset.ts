/** What our table holds, as data: the frame that is always there, and what each service port adds. */

export interface Container {
  readonly kind: 'set' | 'map';
  readonly name: string;
  readonly type: string;
  /** The type is given by what is looked up, for want of a name. */
  readonly isTypeOf?: boolean;
  readonly flags?: string;
  readonly comment: string;
}

export interface BaseChain {
  readonly name: string;
  readonly type: 'filter' | 'nat';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  readonly priority: number;
}

export interface Chain {
  readonly name: string;
  readonly comment?: string;
  readonly rules: readonly string[];
}

export interface Element {
  readonly container: string;
  readonly key: string;
  /** The verdict, in a map. */
  readonly value?: string;
  readonly comment?: string;
}

export interface AffinitySet {
  readonly name: string;
  readonly timeoutSeconds: number;
}

/** Everything of one service port. */
export interface PortObjects {
  readonly chains: readonly Chain[];
  /** Chains that other ports use as well, always with these rules. */
  readonly sharedChains?: readonly Chain[];
  readonly affinitySets: readonly AffinitySet[];
  readonly elements: readonly Element[];
}

/** A rule with a comment. */
export const annotated = (rule: string, comment: string): string => `${rule} comment "${comment}"`;

/** Joins the parts of a rule, leaving out empty ones. */
export const rule = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
