/** Where a reader is, and what it has found on the way. */
import { DecodeError } from './decode-error.ts';
import { goQuote } from './go-quote.ts';
import { LooseNumber } from './loose-number.ts';

/** The part of a field that paths and errors need. */
export interface FieldFrame {
  readonly json: string;
  /** `spec` or `VolumeSource.emptyDir`: errors of Go name the embeds, paths do not. */
  readonly goPath: string;
  /** Bare Go name of the struct that holds the field: `ServiceSpec`. */
  readonly owner: string;
}

/** A step down: into a field, a list item, a map entry. */
export type Frame = FieldFrame | number | string;

const MAX_PROBLEMS = 100;
/** Deeper than any document that passed the scanner; guards the call stack. */
const MAX_DEPTH = 1000;

export class ReadState {
  /** The path of the value being read is `frames[0..depth)`; what lies behind is left over from earlier siblings. */
  readonly frames: Frame[] = [];
  depth = 0;
  /** Like Go: the first type error is kept and reading goes on, since a harder error may follow. */
  failure: string | undefined;
  readonly problems: string[] = [];
  readonly report: boolean;
  /** What upstream's storage would give back. */
  readonly asStored: boolean;

  constructor(report: boolean, asStored = false) {
    this.report = report;
    this.asStored = asStored;
  }

  /** Called with the depth of a struct whose `key` nobody knows. */
  unknownField(depth: number, key: string): void {
    if (!this.report) return;
    const problem = `unknown field ${goQuote(strictPath(this.frames, depth, key))}`;
    if (this.problems.length < MAX_PROBLEMS && !this.problems.includes(problem)) this.problems.push(problem);
  }

  /** Go's UnmarshalTypeError. `value` is Go's word for what came: `string`, `number 1.5`. */
  mismatch(value: string, goType: string): void {
    this.failure ??= this.typeError(value, goType);
  }

  typeError(value: string, goType: string, inner?: { readonly path: string }): string {
    const { owner, path } = this.goField();
    const full = inner === undefined || inner.path === '' ? path : path === '' ? inner.path : `${path}.${inner.path}`;
    const into = owner === '' ? 'Go value' : `Go struct field ${owner}.${full}`;
    return `json: cannot unmarshal ${value} into ${into} of type ${goType}`;
  }

  /** Go names the struct of the innermost field and the fields on the way, without indexes and map keys. */
  goField(): { owner: string; path: string } {
    let owner = '';
    const names: string[] = [];
    for (let at = 0; at < this.depth; at++) {
      const frame = this.frames[at];
      if (typeof frame !== 'object') continue;
      owner = frame.owner;
      names.push(frame.goPath);
    }
    return { owner, path: names.join('.') };
  }

  guardDepth(): void {
    if (this.depth > MAX_DEPTH) throw new DecodeError('exceeded max depth');
  }
}

/** `spec.ports[0].foo`: every step counts, map keys as they are. */
export function strictPath(frames: readonly Frame[], depth: number, key: string): string {
  let path = '';
  for (let at = 0; at < depth; at++) {
    const frame = frames[at];
    if (typeof frame === 'number') path += `[${frame}]`;
    else if (frame !== undefined) path += `${path === '' ? '' : '.'}${typeof frame === 'string' ? frame : frame.json}`;
  }
  return path === '' ? key : `${path}.${key}`;
}

/** Go's word for a JSON value of the wrong type. */
export function wordFor(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (value instanceof LooseNumber) return 'number';
  const type = typeof value;
  return type === 'boolean' ? 'bool' : type;
}
