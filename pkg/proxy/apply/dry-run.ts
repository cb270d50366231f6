/** A Runner that does nothing: what would be run is handed to `print`, questions are answered as on a fresh machine. */
import type { Runner, RunResult } from './runner.ts';

const done: RunResult = { code: 0, stdout: '', stderr: '' };
const no: RunResult = { code: 1, stdout: '', stderr: '' };

/** What may be asked of the real machine, since asking changes nothing; everything else is pretended. */
export interface DryRunOptions {
  readonly print: (text: string) => void;
  /** Addresses of interfaces, as `ip -j address` prints them. Default none. */
  readonly addresses?: readonly { readonly device: string; readonly ip: string }[];
}

export function dryRunner({ print, addresses = [] }: DryRunOptions): Runner {
  return async (command, args, input) => {
    const answer = answerTo(command, args, addresses);
    if (answer !== undefined) return answer;
    const line = `# ${[command, ...args].join(' ')}`;
    print(input === undefined || input === '' ? `${line}\n` : `${line}\n${input.trimEnd()}\n`);
    return done;
  };
}

/** Undefined: not a question. */
function answerTo(
  command: string,
  args: readonly string[],
  addresses: NonNullable<DryRunOptions['addresses']>,
): RunResult | undefined {
  if (command.endsWith('tables-save') || command === 'conntrack') return done;
  if (command.endsWith('tables') && args.some((word) => word === '-C' || word === '-S')) return no;
  if (command === 'nft' && args.includes('list')) return no;
  if (command === 'ipset' && args[0] === 'save') return done;
  if (command === 'ipvsadm' && ['-Sn', '-ln'].includes(args[0] ?? '')) return done;
  if (command === 'sysctl' && args[0] === '-n') return no;
  if (command === 'ip' && args[0] === 'link' && args[1] === 'show') return no;
  if (command === 'ip' && args[0] === '-j') {
    const links = addresses.map(({ device, ip }) => ({ ifname: device, addr_info: [{ local: ip }] }));
    return { ...done, stdout: JSON.stringify(links) };
  }
  return undefined;
}
