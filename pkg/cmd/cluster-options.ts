/** Flags of commands that ask a cluster, or read manifests instead of it. */
import { Option, type Command } from 'commander';

export interface ConnectionFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
}

export interface SourceFlags extends ConnectionFlags {
  /** Manifests instead of a cluster. */
  readonly filename?: readonly string[];
  readonly namespace?: string;
}

export interface OutputFlags {
  readonly output?: 'json';
}

export function addConnectionFlags(command: Command): Command {
  return command
    .option('--kubeconfig <path>', 'which cluster (default: $KUBECONFIG, ~/.kube/config, or the one this Pod is in)')
    .option('--context <name>', 'context of the kubeconfig (default: its current one)');
}

export function addSourceFlags(command: Command): Command {
  return addConnectionFlags(command)
    .option('-n, --namespace <name>', 'namespace (default: that of the context)')
    .option('-f, --filename <file>', 'manifests: a file, a folder, or - for standard input; may be repeated', gather);
}

export function addOutputFlag(command: Command): Command {
  return command.addOption(new Option('-o, --output <format>', 'json (default: text for people)').choices(['json']));
}

/** As kubectl: repeated, or with commas. */
function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',')];
}
