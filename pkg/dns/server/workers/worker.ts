/** The other thread: an engine that does what messages say. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Logger } from '../../../logging/logger.ts';
import { Engine } from '../engine.ts';
import type { FromWorker, LogLevel, ToWorker, WorkerStart } from './messages.ts';
import { snapshotOf } from './metric-snapshot.ts';

const main = parentPort;
if (main === null) throw new Error('worker.ts runs in a worker thread');
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const tell = (message: FromWorker): void => main.postMessage(message);

const { options, startSeconds, countsSource } = workerData as WorkerStart;
const engine = makeEngine();

main.on('message', (message: ToWorker) => void obey(message));

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'changes':
      for (const { change, nowSeconds } of message.changes) engine.apply(change, nowSeconds);
      return;
    case 'synced':
      engine.markSynced();
      return;
    case 'listen':
      await listen(message.port);
      return;
    case 'measure':
      tell({ kind: 'measured', id: message.id, families: snapshotOf(engine.registry) });
      return;
    case 'close':
      await engine.close(message.drainMs);
      tell({ kind: 'closed' });
      main?.close();
  }
}

async function listen(port: number | undefined): Promise<void> {
  try {
    await engine.listen(port);
    tell({ kind: 'listening', port: engine.port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    tell({ kind: 'failed', error: error as Error, ...(code !== undefined && { code }) });
  }
}

function makeEngine(): Engine {
  return new Engine({
    ...options,
    startSeconds,
    countsSource,
    reusePort: true,
    onLoop: () => tell({ kind: 'loop' }),
    log: logger({}),
  });
}

function logger(bound: Record<string, unknown>): Logger {
  const at =
    (level: LogLevel) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void =>
      tell({ kind: 'log', level, fields: { ...bound, ...fields }, message });
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    change: at('change'),
    debug: at('debug'),
    trace: at('trace'),
    child: (fields) => logger({ ...bound, ...fields }),
  };
}
