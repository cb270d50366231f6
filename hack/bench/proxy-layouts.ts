/**
 * What a full load and one change cost, in a network namespace of its own: our own work, and the tool's. Run as a process
 * of its own, so that its memory is its own: `proxy-layouts.ts LAYOUT SERVICES ENDPOINTS`; prints one JSON object.
 */
import { readFileSync } from 'node:fs';
import { systemClock } from '../../pkg/clock/index.ts';
import {
  IptablesBackEnd,
  NftablesBackEnd,
  systemRunner,
  type BackEnd,
  type Runner,
} from '../../pkg/proxy/apply/index.ts';
import type { LayoutName } from '../../pkg/proxy/nftables/render/index.ts';
import { ProxyTracker } from '../../pkg/proxy/model/index.ts';
import { loadService, loadSlice } from './proxy-world.ts';

/** Enough of them to see 10 ms steps through. */
const changes = 20;

export type Layout = 'iptables' | LayoutName;

/** Milliseconds; `own` is processor time, since others share the machine. */
export interface LayoutReading {
  readonly fullOwn: number;
  readonly fullTool: number;
  /** Of the tool with what it does in the kernel, in steps of 10 ms. */
  readonly fullToolCpu: number;
  readonly changeOwn: number;
  readonly changeTool: number;
  readonly changeToolCpu: number;
  readonly rssMB: number;
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Of all processes that this one started and that have ended. */
const toolCpuMs = (): number => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
};

async function measure(layout: Layout, services: number, endpoints: number): Promise<LayoutReading> {
  const name = `fairlead-${process.pid}-bench`;
  const here = systemRunner();
  await here('ip', ['netns', 'add', name]);
  try {
    let tool = 0;
    const inside = systemRunner(['ip', 'netns', 'exec', name]);
    const run: Runner = async (command, args, input) => {
      const from = performance.now();
      const result = await inside(command, args, input);
      tool += performance.now() - from;
      return result;
    };
    const common = { family: 'IPv4', run, clock: systemClock } as const;
    const backEnd: BackEnd =
      layout === 'iptables' ? new IptablesBackEnd(common) : new NftablesBackEnd({ ...common, rules: { layout } });
    const tracker = new ProxyTracker({ family: 'IPv4', node: { name: 'n1', labels: {} } });
    const objects = Array.from({ length: services }, (_, n) => [loadService(n), loadSlice(n, endpoints)] as const);
    const timed = async (work: () => Promise<unknown>): Promise<{ own: number; tool: number; toolCpu: number }> => {
      tool = 0;
      const from = cpuMs();
      const toolFrom = toolCpuMs();
      await work();
      return { own: cpuMs() - from, tool, toolCpu: toolCpuMs() - toolFrom };
    };
    const full = await timed(async () => {
      for (const [service, slice] of objects) {
        tracker.applyService(service);
        tracker.applySlice(slice);
      }
      tracker.checkout();
      await backEnd.sync(tracker.model());
    });
    const readings = [];
    for (let round = 1; round <= changes; round += 1)
      readings.push(
        await timed(async () => {
          tracker.applySlice(loadSlice(services >> 1, endpoints, round));
          const change = tracker.checkout();
          await backEnd.sync(tracker.model(), change);
        }),
      );
    const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
    return {
      fullOwn: full.own,
      fullTool: full.tool,
      fullToolCpu: full.toolCpu,
      changeOwn: middle(readings.map(({ own }) => own)),
      changeTool: middle(readings.map((each) => each.tool)),
      changeToolCpu: readings.reduce((sum, each) => sum + each.toolCpu, 0) / changes,
      rssMB: process.memoryUsage().rss / 2 ** 20,
    };
  } finally {
    await here('ip', ['netns', 'del', name]);
  }
}

if (import.meta.main) {
  const [layout = 'flat', services, endpoints] = process.argv.slice(2);
  console.log(JSON.stringify(await measure(layout as Layout, Number(services), Number(endpoints))));
}
