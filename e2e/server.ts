/** Starts the real command as a child process, the way a user does, and stops it by its pid. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly kubeconfig: string;
  readonly folder: string;
  /** Everything it printed so far. */
  output(): string;
  /** Ends the process and starts it again on the same port with the same data. */
  restart(): Promise<void>;
  /** SIGKILL: no goodbye to clients or disk. `restart` brings it back. */
  kill(): Promise<void>;
}

/** `fairlead COMMAND FLAGS…` with a data directory of its own; resolves when the ready file is there. */
export async function startServer(command: 'apiserver' | 'up', ...flags: readonly string[]): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-e2e-'));
  const readyFile = join(folder, 'ready.json');
  let printed = '';
  const start = async (port: string): Promise<Ready & { child: ChildProcess }> => {
    rmSync(readyFile, { force: true });
    const args = [join(root, 'pkg/cmd/fairlead.mjs'), command, command === 'up' ? '--port' : '--secure-port', port];
    const own = ['--data-dir', folder, '--ready-file', readyFile];
    const child = spawn(process.execPath, [...args, ...own, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    return { child, ...(await untilReady(child, readyFile, () => printed)) };
  };
  let running = await start('0');
  return {
    url: running.url,
    get pid() {
      return running.pid;
    },
    kubeconfig: running.kubeconfig,
    folder,
    output: () => printed,
    restart: async () => {
      await stop(running.child);
      running = await start(new URL(running.url).port);
    },
    kill: () => stop(running.child, 'SIGKILL'),
    [Symbol.asyncDispose]: async () => {
      await stop(running.child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the ready file says. */
interface Ready {
  readonly pid: number;
  readonly url: string;
  readonly kubeconfig: string;
}

async function untilReady(child: ChildProcess, readyFile: string, printed: () => string): Promise<Ready> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${printed()}`);
    try {
      return JSON.parse(readFileSync(readyFile, 'utf8')) as Ready;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`no ready file after 30 s:\n${printed()}`, { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with a limit so that nothing hangs. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly input?: string; readonly seconds?: number } = {},
): Output {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: (options.seconds ?? 60) * 1000,
    env: { ...process.env, ...options.env },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  if (error !== undefined) return { code: -1, stdout: stdout ?? '', stderr: `${stderr ?? ''}${error.message}` };
  return { code: status ?? -1, stdout, stderr };
}

export function findProgram(name: string): string | undefined {
  const { code, stdout } = runProgram('sh', ['-c', `command -v ${name}`]);
  return code === 0 ? stdout.trim() : undefined;
}
