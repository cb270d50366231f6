/** Keeps the kernel sending virtual addresses to the relay, as its doors open and close (U3, U9). */
import type { Family } from '../model/index.ts';
import type { Route } from '../userspace/index.ts';
import { portalChains, portalJumps, renderPortal, type PortalRule } from '../userspace/render/index.ts';
import { IptablesTool } from './iptables-tool.ts';
import type { Runner } from './runner.ts';

export interface PortalsOptions {
  readonly family: Family;
  readonly run: Runner;
  /** The address that the relay listens on, which the kernel would choose towards the outside (U28). */
  readonly hostIP: string;
}

export class Portals {
  readonly #options: PortalsOptions;
  readonly #tool: IptablesTool;
  #written: ReadonlyMap<string, PortalRule> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: PortalsOptions) {
    this.#options = options;
    this.#tool = new IptablesTool(options.run, options.family);
  }

  /**
   * Adds and removes what differs from the call before, in one restore; the first call begins with empty chains, since
   * ports of an earlier process are dead. Calls run one after the other. After a failure everything is written again.
   */
  sync(routes: readonly Route[]): Promise<void> {
    const wanted = new Map(this.#rulesOf(routes).map((rule) => [keyOf(rule), rule]));
    const mine = this.#last.catch(() => {}).then(() => this.#write(wanted));
    this.#last = mine;
    return mine;
  }

  async cleanup(): Promise<void> {
    this.#written = undefined;
    for (const jump of portalJumps) await this.#tool.deleteJump(jump);
    for (const table of ['nat', 'filter'] as const) {
      await this.#tool.deleteChains(
        table,
        portalChains.filter((each) => each.table === table).map(({ chain }) => chain),
      );
    }
  }

  async #write(wanted: ReadonlyMap<string, PortalRule>): Promise<void> {
    const written = this.#written;
    this.#written = undefined;
    if (written === undefined) await this.#tool.ensure(portalJumps, portalChains);
    const changes = [
      ...[...(written?.values() ?? [])]
        .filter((rule) => !wanted.has(keyOf(rule)))
        .map((rule) => ({ verb: '-D', rule })),
      ...[...wanted.values()]
        .filter((rule) => written?.has(keyOf(rule)) !== true)
        .map((rule) => ({ verb: '-A', rule })),
    ];
    const lines = (['filter', 'nat'] as const).flatMap((table) => {
      const chains = written === undefined ? portalChains.filter((each) => each.table === table) : [];
      const rules = changes.filter(({ rule }) => rule.table === table);
      if (chains.length + rules.length === 0) return [];
      return [
        `*${table}`,
        ...chains.map(({ chain }) => `:${chain} - [0:0]`),
        ...rules.map(({ verb, rule }) => `${verb} ${rule.chain} ${rule.rule}`),
        'COMMIT',
      ];
    });
    if (lines.length > 0) await this.#tool.restore([...lines, ''].join('\n'));
    this.#written = wanted;
  }

  #rulesOf(routes: readonly Route[]): PortalRule[] {
    return routes.flatMap(({ namespace, name, portName, protocol, family, destination, listen }) => {
      if (family !== this.#options.family || listen === undefined) return [];
      const text = `${namespace}/${name}${portName === '' ? '' : `:${portName}`}`;
      return renderPortal({ text, protocol, destination, proxyPort: listen.port }, this.#options.hostIP);
    });
  }
}

const keyOf = ({ chain, rule }: PortalRule): string => `${chain} ${rule}`;
