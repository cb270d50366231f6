/** A command in a simulated container, and what is around it. */
import type { Pod, Service } from '../../api/types.ts';

export interface Surroundings {
  readonly services: () => readonly Service[];
  readonly clusterDomain: string;
  /** Of cluster DNS as Pods see it. */
  readonly nameserver: () => string;
  /** Undefined: cluster DNS does not run. An empty list: the name has no address. */
  readonly addressesOf: (name: string) => Promise<readonly string[] | undefined>;
  /** Where an address of the cluster is reached on this machine; undefined: nobody is there. */
  readonly door: (ip: string, port: number) => { readonly host: string; readonly port: number } | undefined;
}

export interface CommandIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly stdin: () => Promise<string>;
  readonly signal: AbortSignal;
}

export interface Call {
  readonly world: Surroundings;
  readonly pod: Pod;
  readonly container: string;
  readonly args: readonly string[];
  readonly io: CommandIo;
}
