/** Lists of conditions as statuses hold them. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Kept extends Condition {
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

/** RFC 3339 to the second, as times are on the wire. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/**
 * The list with this condition in it. Its times move only when it does: the transition with the status, the update
 * with status or reason.
 */
export function withCondition<C extends Kept>(list: readonly C[] | undefined, next: Condition, now: number): C[] {
  const before = (list ?? []).find(({ type }) => type === next.type);
  const time = timeText(now);
  const turned = before?.status !== next.status;
  const changed = turned || before?.reason !== next.reason;
  const condition = {
    type: next.type,
    status: next.status,
    lastUpdateTime: changed ? time : before?.lastUpdateTime,
    lastTransitionTime: turned ? time : before?.lastTransitionTime,
    ...(next.reason === undefined ? {} : { reason: next.reason }),
    ...(next.message === undefined ? {} : { message: next.message }),
  } as unknown as C;
  if (before === undefined) return [...(list ?? []), condition];
  return (list ?? []).map((one) => (one.type === next.type ? condition : one));
}

export function findCondition<C extends Condition>(list: readonly C[] | undefined, type: string): C | undefined {
  return list?.find((one) => one.type === type);
}
