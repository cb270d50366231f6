/** Semantic versions in CEL. */
import type { Environment } from '@marcbachmann/cel-js';

const semverForm =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(?:\+[\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*)?$/;

class Semver {
  readonly parts: readonly bigint[];
  readonly pre: readonly string[];
  constructor(text: string) {
    const found = semverForm.exec(text);
    if (found === null) throw new Error(`semver parse error: ${text}`);
    this.parts = found.slice(1, 4).map(BigInt);
    this.pre = found[4]?.split('.') ?? [];
  }
}

function compareSemver(a: Semver, b: Semver): bigint {
  for (const [index, part] of a.parts.entries()) {
    const other = b.parts[index] ?? 0n;
    if (part !== other) return part < other ? -1n : 1n;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return BigInt(b.pre.length > 0 ? 1 : a.pre.length > 0 ? -1 : 0);
  for (const [index, part] of a.pre.entries()) {
    const other = b.pre[index];
    if (other === undefined) return 1n;
    if (part === other) continue;
    const [left, right] = [/^\d+$/.test(part), /^\d+$/.test(other)];
    if (left !== right) return left ? -1n : 1n;
    return (left ? BigInt(part) < BigInt(other) : part < other) ? -1n : 1n;
  }
  return a.pre.length < b.pre.length ? -1n : 0n;
}

export function addSemver(environment: Environment): void {
  const type = 'kubernetes.Semver';
  environment.registerType(type, { ctor: Semver });
  environment.registerFunction('isSemver(string): bool', (text: string) => semverForm.test(text));
  environment.registerFunction(`semver(string): ${type}`, (text: string) => new Semver(text));
  for (const [index, name] of ['major', 'minor', 'patch'].entries()) {
    environment.registerFunction(`${type}.${name}(): int`, ({ parts }: Semver) => parts[index] ?? 0n);
  }
  environment.registerFunction(`${type}.compareTo(${type}): int`, compareSemver);
  environment.registerFunction(`${type}.isLessThan(${type}): bool`, (a: Semver, b: Semver) => compareSemver(a, b) < 0n);
  environment.registerFunction(
    `${type}.isGreaterThan(${type}): bool`,
    (a: Semver, b: Semver) => compareSemver(a, b) > 0n,
  );
  environment.registerOperator(`${type} == ${type}`, (a: Semver, b: Semver) => compareSemver(a, b) === 0n);
}
