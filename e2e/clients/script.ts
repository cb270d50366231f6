/** A named piece of what a person does with a tool, and what the server is expected to refuse on the way. */
import type { Tool } from './tool.ts';

export interface Script {
  readonly name: string;
  /** Versions below this do not know the command. */
  readonly since?: number;
  run(tool: Tool): Promise<void>;
  /** Refusals that belong to it, as `404 GET services/{name}`; a function where versions differ. */
  readonly refusals?: Refusals;
  /** Refusals beside them because our server does not serve what the client looks for, and can do without. */
  readonly unserved?: Refusals;
}

export type Refusals = readonly string[] | ((version: number) => readonly string[]);

export function expectedRefusals(
  { refusals, unserved }: Script,
  version: number,
  complete: boolean,
): readonly string[] {
  return [...listOf(refusals, version), ...(complete ? [] : listOf(unserved, version))].sort();
}

const listOf = (refusals: Refusals = [], version: number): readonly string[] =>
  typeof refusals === 'function' ? refusals(version) : refusals;
