/** What the kernel says of processes: memory and CPU. */
import { readFileSync } from 'node:fs';

const mib = 1024 * 1024;
const ticksPerSecond = 100;

/** Resident memory of all of them together, in MB. */
export function residentMb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + statusBytes(pid, 'VmRSS'), 0) / mib;
}

function statusBytes(pid: number, field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}

/** CPU time that all of them together have used, user and system, in ms. */
export function cpuMs(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, own) => sum + own, 0) * (1000 / ticksPerSecond);
}

/** The most resident memory seen while `work` runs, in MB, above what it was before. */
export async function growthMb(pids: readonly number[], work: () => Promise<unknown>): Promise<number> {
  const before = residentMb(pids);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, residentMb(pids));
  }, 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(most, residentMb(pids)) - before;
}

/** The most resident memory it ever had, in MB. */
export function peakMb(pid: number): number {
  return statusBytes(pid, 'VmHWM') / mib;
}
