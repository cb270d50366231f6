/** `3` or `25%` of a whole. */
export function resolveIntOrPercent(
  value: number | string | undefined,
  total: number,
  rounding: 'up' | 'down',
): number {
  if (typeof value === 'number') return value;
  const match = /^(\d+)%$/.exec(value ?? '');
  if (match === null) return 0;
  const part = (Number(match[1]) * total) / 100;
  return rounding === 'up' ? Math.ceil(part) : Math.floor(part);
}
