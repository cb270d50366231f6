/** A node's model as input of `iptables-restore --noflush` (4.3). */
import type { NodeModel, PortPlan } from '../../model/index.ts';
import { renderDispatch, type Dispatch } from './dispatch.ts';
import { renderFrame } from './frame.ts';
import { isServiceChain, serviceChains } from './names.ts';
import type { IptablesOptions } from './options.ts';
import { renderOwnChains, type OwnChains } from './service-chains.ts';

export interface SyncScope {
  /** `namespace/name` of the Services whose own chains are written; default all (a full sync, I66). */
  readonly services?: ReadonlySet<string>;
  /** Chains that the kernel has in the nat table, if it was asked: stale ones of ours are deleted (I60). */
  readonly existingNatChains?: Iterable<string>;
}

export interface RestoreInput {
  readonly text: string;
  /** M24: rules this table has after the sync, and rules in this input. */
  readonly rules: Readonly<Record<'filter' | 'nat', { readonly total: number; readonly written: number }>>;
  /** Ports where a policy Local leaves nobody on this node (M27). */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
  readonly deletedChains: readonly string[];
}

/** Endpoints beyond which comments cost more than they help (I46). */
const largeClusterEndpoints = 1000;

interface RenderedPort {
  readonly dispatch: Dispatch;
  readonly own: OwnChains;
}

/** Keeps the text of ports that did not change: a plan is the same object as long as nothing about it changed. */
export class IptablesRenderer {
  readonly #options: IptablesOptions;
  #ports = new WeakMap<PortPlan, RenderedPort>();
  #terse = false;

  constructor(options: IptablesOptions) {
    this.#options = options;
  }

  render(model: NodeModel, { services, existingNatChains = [] }: SyncScope = {}): RestoreInput {
    const frame = renderFrame(model.family, this.#options);
    const ports = this.#renderAll(model);
    const written = ports.filter(
      (_, index) => services === undefined || services.has(serviceOf(model.ports[index] as PortPlan)),
    );
    const active = new Set(ports.flatMap(({ own }) => own.chains));
    const stale = [...new Set(existingNatChains)].filter((chain) => isServiceChain(chain) && !active.has(chain)).sort();

    const filterRules = [
      ...frame.filterFirst,
      ...ports.flatMap(({ dispatch }) => dispatch.filter),
      ...frame.filterLast,
    ];
    const ownWritten = new Set(written);
    const natRules = [
      ...frame.natFirst,
      ...ports.flatMap((port) =>
        ownWritten.has(port) ? [...port.dispatch.nat, ...port.own.rules] : port.dispatch.nat,
      ),
      ...stale.map((chain) => `-X ${chain}`),
      ...frame.natLast,
    ];
    const natChains = [...frame.natChains, ...written.flatMap(({ own }) => own.chains), ...stale];
    const skipped = ports.reduce((sum, port) => sum + (ownWritten.has(port) ? 0 : port.own.rules.length), 0);
    const natWritten = natRules.length - stale.length;
    return {
      text: [...table('filter', frame.filterChains, filterRules), ...table('nat', natChains, natRules), ''].join('\n'),
      rules: {
        filter: { total: filterRules.length, written: filterRules.length },
        nat: { total: natWritten + skipped, written: natWritten },
      },
      noLocalEndpoints: countNoLocal(model),
      deletedChains: stale,
    };
  }

  #renderAll(model: NodeModel): RenderedPort[] {
    const endpoints = model.ports.reduce((sum, plan) => sum + plan.endpoints.length, 0); // I47
    const terse = endpoints > largeClusterEndpoints;
    if (terse !== this.#terse) this.#ports = new WeakMap();
    this.#terse = terse;
    return model.ports.map((plan) => {
      const known = this.#ports.get(plan);
      if (known !== undefined) return known;
      const names = serviceChains(plan.service);
      const rendered = {
        dispatch: renderDispatch(plan, names, model.family, this.#options),
        own: renderOwnChains(plan, names, this.#options, terse),
      };
      this.#ports.set(plan, rendered);
      return rendered;
    });
  }
}

/** One full sync, nothing remembered. */
export function renderIptables(model: NodeModel, options: IptablesOptions = {}): string {
  return new IptablesRenderer(options).render(model).text;
}

/** Declaring a chain also empties it (I15). */
function table(name: string, chains: readonly string[], rules: readonly string[]): string[] {
  return [`*${name}`, ...chains.map((chain) => `:${chain} - [0:0]`), ...rules, 'COMMIT'];
}

function countNoLocal({ ports }: NodeModel): RestoreInput['noLocalEndpoints'] {
  return {
    internal: ports.filter(({ internal }) => internal === 'drop').length,
    external: ports.filter(({ service, external, destinations }) => {
      return service.externalLocal && external === 'drop' && destinations.some(({ kind }) => kind !== 'cluster-ip');
    }).length,
  };
}

const serviceOf = ({ service }: PortPlan): string => `${service.namespace}/${service.name}`;
