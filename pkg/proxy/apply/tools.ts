/** The kernel's tools that a mode needs: which are missing, how to get them, and whether they are recent enough. */
import type { Family } from '../model/index.ts';
import type { Runner } from './runner.ts';

export type KernelMode = 'iptables' | 'ipvs' | 'nftables';

interface Tool {
  readonly name: string;
  /** Where it comes from on Debian, Fedora and Alpine alike, unless `elsewhere` says otherwise. */
  readonly packaged: string;
  readonly elsewhere?: string;
}

const iptables: Tool = { name: 'iptables-restore', packaged: 'iptables' };
const nft: Tool = { name: 'nft', packaged: 'nftables' };
const ip: Tool = { name: 'ip', packaged: 'iproute2', elsewhere: 'iproute' };
const tools: Readonly<Record<KernelMode, readonly Tool[]>> = {
  iptables: [iptables],
  nftables: [nft],
  ipvs: [{ name: 'ipvsadm', packaged: 'ipvsadm' }, { name: 'ipset', packaged: 'ipset' }, iptables, ip],
};
const conntrack: Tool = { name: 'conntrack', packaged: 'conntrack', elsewhere: 'conntrack-tools' };

/** Sentences about what this mode cannot do without; none when everything is there. */
export async function missingTools(run: Runner, mode: KernelMode): Promise<string[]> {
  return sentences(run, tools[mode], `${mode} mode runs it`);
}

/** The same about what it does better with. */
export async function missingHelpers(run: Runner): Promise<string[]> {
  return sentences(run, [conntrack], 'without it UDP flows keep endpoints that are gone');
}

async function sentences(run: Runner, wanted: readonly Tool[], why: string): Promise<string[]> {
  const found = await Promise.all(wanted.map(async (tool) => ({ tool, ...(await run(tool.name, ['--version'])) })));
  return found
    .filter(({ code }) => code === 127)
    .map(({ tool: { name, packaged, elsewhere } }) => {
      const other = elsewhere === undefined ? '' : ` (Fedora and others call the package ${elsewhere})`;
      return `${name} is not installed: ${why}. On Debian: apt-get install ${packaged}${other}.`;
    });
}

/** N1: below these, nft on the host may choke on what we write. Undefined: recent enough, or not to be told. */
export async function nftablesTooOld(
  run: Runner,
  kernelRelease: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { stdout } = await run('nft', ['--version']);
  const version = /v(\d+)\.(\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number);
  if (version !== undefined && compare(version, [1, 0, 1]) < 0)
    return `nft is version ${version.join('.')}; nftables mode needs 1.0.1 or newer.`;
  const kernel = kernelRelease.split('.').map((part) => Number.parseInt(part, 10));
  if ((env['KUBE_PROXY_NFTABLES_SKIP_KERNEL_VERSION_CHECK'] ?? '') !== '' || compare(kernel, [5, 13]) >= 0)
    return undefined;
  return `the kernel is ${kernelRelease}; nftables mode needs 5.13 or newer, or KUBE_PROXY_NFTABLES_SKIP_KERNEL_VERSION_CHECK set.`;
}

function compare(version: readonly number[], wanted: readonly number[]): number {
  for (const [index, part] of wanted.entries()) {
    const difference = (version[index] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** G56: whether the kernel and its tools do this family in this mode. */
export async function whyNoFamily(run: Runner, mode: KernelMode, family: Family): Promise<string | undefined> {
  const suffix = family === 'IPv4' ? '' : '6';
  const [command, args] =
    mode === 'nftables'
      ? (['nft', ['list', 'tables', `ip${suffix}`]] as const)
      : ([`ip${suffix}tables`, ['-w', '5', '-t', 'nat', '-S', 'POSTROUTING']] as const);
  const { code, stdout, stderr } = await run(command, args);
  return code === 0 ? undefined : `${command} ${args.join(' ')}: ${(stderr || stdout).trim()}`;
}
