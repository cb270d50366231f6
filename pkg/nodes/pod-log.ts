/** `kubectl logs` of a simulated container. */
import { badRequest } from '../api/status.ts';
import type { Pod } from '../api/types.ts';
import type { Journal, Line } from './journal.ts';

export interface LogRequest {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly since: number | undefined;
  readonly tailLines: number | undefined;
}

/** Ends with the run of the container, or when the signal aborts. */
export async function* podLog(
  journal: Journal,
  pod: Pod,
  container: string,
  request: LogRequest,
  signal: AbortSignal,
): AsyncIterable<string> {
  const uid = pod.metadata.uid ?? '';
  const { follow, previous, since = -Infinity, tailLines } = request;
  const run = journal.run(uid, container, previous);
  if (run === undefined) throw nothingYet(pod, container, previous);
  const write = ({ at, text }: Line): string => (request.timestamps ? `${timeText(at)} ${text}\n` : `${text}\n`);
  const fit = run.lines.filter(({ at }) => at >= since);
  let last = run.lines.at(-1);
  yield* (tailLines === undefined ? fit : tailLines === 0 ? [] : fit.slice(-tailLines)).map(write);
  if (!follow || previous) return;
  while (!run.ended && !signal.aborted) {
    await journal.next(uid, container, signal);
    const fresh = last === undefined ? run.lines : run.lines.slice(run.lines.lastIndexOf(last) + 1);
    last = run.lines.at(-1);
    yield* fresh.map(write);
  }
}

/** As a kubelet says it. */
function nothingYet({ metadata, status }: Pod, container: string, previous: boolean): Error {
  const name = metadata.name ?? '';
  if (previous)
    return badRequest(
      `previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(name)} not found`,
    );
  const known = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find((one) => one.name === container);
  const which = `container ${JSON.stringify(container)} in pod ${JSON.stringify(name)}`;
  const why = known?.state?.waiting?.reason ?? 'ContainerCreating';
  return badRequest(known === undefined ? `${which} is not available` : `${which} is waiting to start: ${why}`);
}

/** Nanoseconds, as container runtimes write them. */
const timeText = (ms: number): string => new Date(ms).toISOString().replace('Z', '000000Z');
