import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version in the package.json that this code belongs to, wherever it was installed. */
export function fairleadVersion(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      if (name === 'fairlead') return version ?? 'unknown';
    } catch {
      // not in this folder
    }
  }
  return 'unknown';
}
