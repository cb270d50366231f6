/** Runs one job in a client process of its own, so that neither side's client slows this one or the other. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Job, Report, Target } from './jobs.ts';

export async function runJob({ url, ca, token }: Target, job: Job): Promise<Report> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'client.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ target: { url, ca, token }, job }));
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the client of ${job.kind} against ${url} ended with ${code}`);
  return JSON.parse(printed) as Report;
}

/** Operations per second of a job that reports one duration for `count` operations. */
export async function ratePerSecond(target: Target, job: Job & { readonly count: number }): Promise<number> {
  const { ms } = await runJob(target, job);
  return job.count / ((ms[0] ?? Infinity) / 1000);
}
