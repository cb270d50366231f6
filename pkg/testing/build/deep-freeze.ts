/** Freezes a value through and through, so that a planner that writes to its input fails the test (P1). */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
    if (value instanceof Map) for (const part of value.values()) deepFreeze(part);
  }
  return value;
}
