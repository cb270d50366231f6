/** From the text of a body to the canonical object: limits, syntax, duplicates and schema in one call. */
import { DecodeError } from './decode-error.ts';
import { decodeJson } from './decode.ts';
import type { Decoded, DecodeOptions } from './decode.ts';
import { syntaxProblem } from './json-syntax.ts';
import { Merger } from './merge-duplicates.ts';
import { parseOrdered } from './ordered-json.ts';
import { scanJson, scanLimits } from './scan-json.ts';
import type { ScanLimits } from './scan-json.ts';
import type { StructType } from './types.ts';

export interface DecodeTextOptions extends DecodeOptions {
  /** Default: SV7. */
  readonly limits?: ScanLimits;
}

/**
 * Like decodeJson, with `duplicate field "…"` among the problems, integers told from `1.0`, and duplicates merged as Go
 * merges them. Throws DecodeError for every fault of the text.
 */
export function decodeJsonText(type: StructType, text: string, options: DecodeTextOptions = {}): Decoded {
  const { duplicates, looseNumbers } = scanJson(text, options.limits ?? scanLimits);
  const value = parseJson(text);
  if (duplicates.length === 0 && !looseNumbers) return decodeJson(type, value, options);
  if (type.unstructured !== undefined) {
    const { object, problems } = decodeJson(type, value, options);
    return { object, problems: (options.report ?? true) ? [...duplicates, ...problems] : [] };
  }
  const merger = new Merger();
  const merged = merger.merge(type, parseOrdered(text));
  const { object } = decodeJson(type, merged, { report: false });
  return { object, problems: (options.report ?? true) ? merger.problems : [] };
}

/** JSON.parse with Go's words for what is wrong. The text should have passed scanJson. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new DecodeError(syntaxProblem(text));
  }
}
