/** How the kernel's tools are called. Everything above takes a Runner, so that tests and dry-runs pass their own. */
import { spawn } from 'node:child_process';

export interface RunResult {
  /** Exit status; 127 when there is no such command. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Runner = (command: string, args: readonly string[], input?: string) => Promise<RunResult>;

/** A tool refused. The message is for an operator: what ran, what it said. */
export class ToolError extends Error {
  readonly result: RunResult;

  constructor(command: string, args: readonly string[], result: RunResult, detail = '') {
    const said = (result.stderr || result.stdout).trim();
    super(`${[command, ...args].join(' ')} ended with status ${result.code}: ${said}${detail}`);
    this.name = 'ToolError';
    this.result = result;
  }
}

/** Runs commands on this machine, behind `prefix` if given (`ip netns exec NAME`). Input goes in as a stream (M7). */
export function systemRunner(prefix: readonly string[] = []): Runner {
  return (command, args, input = '') =>
    new Promise((resolve) => {
      const [program = command, ...rest] = [...prefix, command, ...args];
      const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      // A tool that fails early does not read on; that it failed is what its status says.
      child.stdin.on('error', () => {});
      child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
      child.on('close', (code) =>
        resolve({ code: code ?? 1, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
      );
      child.stdin.end(input);
    });
}

/** Runs a command that has to succeed; answers what it printed. */
export async function must(run: Runner, command: string, args: readonly string[], input?: string): Promise<string> {
  const result = await run(command, args, input);
  if (result.code !== 0) throw new ToolError(command, args, result);
  return result.stdout;
}
