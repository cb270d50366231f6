/** Whoever runs Pods, as the server sees them: what a kubelet answers to `logs`, `exec` and `port-forward`. */
import type { Duplex } from 'node:stream';
import type { Pod } from '../../api/types.ts';

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** Milliseconds; only what was printed since. */
  readonly since: number | undefined;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
}

export interface CommandIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** All of it, once the client has said that there is no more; empty when it sends none. */
  readonly stdin: () => Promise<string>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export interface PodRuntime {
  /** Whether this node is one of its own. */
  runs(node: string): boolean;
  /** Throws a StatusError when there is nothing to show; ends when no more will come. */
  logs(pod: Pod, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<string>;
  /** Resolves with the exit code; throws a StatusError when the container does not run. */
  run(pod: Pod, container: string, command: readonly string[], io: CommandIo): Promise<number>;
  /** A conversation with a port of the Pod; the message of an error is told to the client. */
  connect(pod: Pod, port: number): Promise<Duplex>;
}
