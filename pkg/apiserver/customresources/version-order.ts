/** Versions by how much they promise: v10, v2, v1, v2beta1, v1beta2, v1alpha1, then others by name. */
const form = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

export function byPriority(a: string, b: string): number {
  const [left, right] = [form.exec(a), form.exec(b)];
  if (left === null || right === null) {
    if (left !== null) return -1;
    if (right !== null) return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const stability = rank(right[2]) - rank(left[2]);
  if (stability !== 0) return stability;
  const major = Number(right[1]) - Number(left[1]);
  return major === 0 ? Number(right[3] ?? 0) - Number(left[3] ?? 0) : major;
}

const rank = (stage: string | undefined): number => (stage === undefined ? 2 : stage === 'beta' ? 1 : 0);
