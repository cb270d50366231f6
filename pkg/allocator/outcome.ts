/** How a step of the decision can end early. */
import type { FieldError } from '../api/field-error.ts';

export type Refusal =
  /** 422: the request asks for something it cannot have. */
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] }
  /** 500: nothing is left to hand out (Q6); a retry may succeed. */
  | { readonly kind: 'exhausted'; readonly message: string };

export const refuse = (...errors: FieldError[]): Refusal => ({ kind: 'invalid', errors });

export const exhausted = (message: string): Refusal => ({ kind: 'exhausted', message });

/** The reasons as clients know them (W9). */
export const taken = {
  address: 'provided IP is already allocated',
  port: 'provided port is already allocated',
} as const;
export const outOfRange = 'the provided network does not match the current range';
export const rangeFull = 'range is full';
