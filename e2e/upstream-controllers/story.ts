/** Tells the life of a namespace: the operations of a seed, each possible when its turn comes. */
import { Dice } from './dice.ts';
import { endpointsObject, nodeObject, podObject, podStatus, portsOf, serviceObject, userSlice } from './objects.ts';
import type { Operation, ProfileName, Round, Story } from './operation.ts';
import { profileNames, profiles, sharedNodes, type Happening, type Profile } from './profiles.ts';

interface PodLife {
  readonly name: string;
  readonly number: number;
  readonly node: string;
  app: string;
  addressed: boolean;
  ready: boolean;
  /** When that began, in seconds of the story. */
  since: number;
  terminating: boolean;
}

interface ServiceLife {
  selector: boolean;
  external: boolean;
}

const core = (namespace: string, resource: string, name?: string): string =>
  `/api/v1/namespaces/${namespace}/${resource}${name === undefined ? '' : `/${name}`}`;

/** Seeds take the profiles in turn. */
export function storyOf(seed: number): Story {
  const profile = profileNames[seed % profileNames.length] ?? 'tiny';
  return new Teller(seed, profile, profiles[profile]).tell();
}

class Teller {
  readonly #dice: Dice;
  readonly #namespace: string;
  readonly #seed: number;
  readonly #name: ProfileName;
  readonly #profile: Profile;
  readonly #pods: PodLife[] = [];
  readonly #services = new Map<string, ServiceLife>();
  readonly #endpoints = new Set<string>();
  readonly #slices = new Set<string>();
  readonly #nodes: string[] = sharedNodes.map(({ name }) => name);
  readonly #ownNodes: string[] = [];
  #born = 0;
  #seconds = 0;

  constructor(seed: number, name: ProfileName, profile: Profile) {
    this.#dice = new Dice(seed * 7919 + 17);
    this.#seed = seed;
    this.#name = name;
    this.#profile = profile;
    this.#namespace = `s${seed}`;
  }

  tell(): Story {
    const { begin, rounds, perRound } = this.#profile;
    const told: Round[] = [];
    // Who comes first makes a difference to the trigger time.
    const podsFirst = this.#dice.once(2);
    const podsBegin = Array.from({ length: begin.pods }, () => this.#podBorn(true)).flat();
    const servicesBegin = this.#profile.services.slice(0, begin.services).flatMap((name) => this.#makeService(name));
    told.push(podsFirst ? podsBegin : servicesBegin, podsFirst ? servicesBegin : podsBegin);
    while (told.length < rounds + 2) {
      const count = perRound[0] + this.#dice.below(perRound[1] - perRound[0] + 1);
      told.push(Array.from({ length: count }, () => this.#something()).flat());
    }
    return { seed: this.#seed, profile: this.#name, namespace: this.#namespace, rounds: told };
  }

  /** What cannot happen now gives way to something that can. */
  #something(): Operation[] {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const operations = this.#happen(this.#dice.weighed(this.#profile.weights as Record<Happening, number>));
      if (operations.length > 0) return operations;
    }
    return this.#podBorn(true);
  }

  #happen(happening: Happening): Operation[] {
    const tell: Record<Happening, () => Operation[]> = {
      podBorn: () => this.#podBorn(!this.#dice.once(3)),
      podAddressed: () =>
        this.#withPod(
          ({ addressed, terminating }) => !addressed && !terminating,
          (pod) => this.#address(pod),
        ),
      podFlipped: () =>
        this.#withPod(
          ({ addressed }) => addressed,
          (pod) => {
            this.#turn(pod, !pod.ready);
            return [this.#status(pod)];
          },
        ),
      podRelabelled: () =>
        this.#withPod(
          () => true,
          (pod) => {
            pod.app = pod.app === 'web' ? 'api' : 'web';
            return [this.#patch('pods', pod.name, { metadata: { labels: { app: pod.app } } })];
          },
        ),
      podTerminating: () =>
        this.#withPod(
          ({ terminating }) => !terminating,
          (pod) => this.#terminate(pod),
        ),
      podGone: () =>
        this.#withPod(
          () => true,
          (pod) => this.#remove(pod),
        ),
      podFinished: () =>
        this.#withPod(
          ({ addressed }) => addressed,
          (pod) => [this.#status(pod, this.#dice.once(2) ? 'Failed' : 'Succeeded')],
        ),
      serviceMade: () => {
        const name = this.#profile.services.find((each) => !this.#services.has(each));
        return name === undefined ? [] : this.#makeService(name);
      },
      serviceGone: () =>
        this.#withService(
          () => true,
          (name) => this.#deleteService(name),
        ),
      portsChanged: () =>
        this.#withService(
          ({ external }) => !external,
          (name) => [this.#patch('services', name, { spec: { ports: portsOf(this.#dice) } })],
        ),
      selectorChanged: () =>
        this.#withService(
          () => true,
          (name, life) => this.#changeSelector(name, life),
        ),
      labelsChanged: () =>
        this.#withService(
          () => true,
          (name) => [
            this.#patch('services', name, {
              metadata: { labels: { tier: this.#dice.pick(['one', 'two', null]) } },
            }),
          ],
        ),
      publishChanged: () =>
        this.#withService(
          () => true,
          (name) => [this.#patch('services', name, { spec: { publishNotReadyAddresses: this.#dice.once(2) } })],
        ),
      typeChanged: () =>
        this.#withService(
          () => true,
          (name, life) => this.#changeType(name, life),
        ),
      familiesChanged: () =>
        this.#withService(
          ({ external }) => !external,
          (name) => this.#changeFamilies(name),
        ),
      distributionChanged: () =>
        this.#withService(
          () => true,
          (name) => [
            this.#patch('services', name, {
              spec: { trafficDistribution: this.#dice.pick(['PreferClose', 'PreferSameNode', 'PreferSameZone', null]) },
            }),
          ],
        ),
      autoChanged: () =>
        this.#withService(
          () => true,
          (name) => [
            this.#patch('services', name, {
              metadata: {
                annotations: {
                  'service.kubernetes.io/topology-mode': this.#dice.pick(['Auto', 'Auto', 'Disabled', null]),
                },
              },
            }),
          ],
        ),
      endpointsMade: () => this.#makeEndpoints(),
      endpointsChanged: () => this.#changeEndpoints(),
      endpointsGone: () => {
        const name = this.#dice.pick([...this.#endpoints]);
        if (name === undefined) return [];
        this.#endpoints.delete(name);
        return [{ method: 'DELETE', path: core(this.#namespace, 'endpoints', name) }];
      },
      sliceTouched: () => this.#touchSlice(),
      sliceMade: () => this.#makeSlice(),
      nodeMade: () => this.#makeNode(),
      nodeMoved: () => {
        const name = this.#dice.pick(this.#ownNodes);
        if (name === undefined) return [];
        const zone = this.#dice.pick(['a', 'b', 'c', null]);
        const labels = { 'topology.kubernetes.io/zone': zone };
        return [{ method: 'PATCH', path: `/api/v1/nodes/${name}`, body: { metadata: { labels } } }];
      },
    };
    return tell[happening]();
  }

  #patch(resource: string, name: string, body: object): Operation {
    return { method: 'PATCH', path: core(this.#namespace, resource, name), body };
  }

  #withPod(fits: (pod: PodLife) => boolean, act: (pod: PodLife) => Operation[]): Operation[] {
    const pod = this.#dice.pick(this.#pods.filter(fits));
    return pod === undefined ? [] : act(pod);
  }

  #withService(
    fits: (life: ServiceLife) => boolean,
    act: (name: string, life: ServiceLife) => Operation[],
  ): Operation[] {
    const found = this.#dice.pick([...this.#services].filter(([, life]) => fits(life)));
    return found === undefined ? [] : act(...found);
  }

  #podBorn(addressed: boolean): Operation[] {
    if (this.#pods.length >= this.#profile.maxPods) return [];
    this.#born += 1;
    const pod: PodLife = {
      name: `p${this.#born}`,
      number: this.#born,
      node: this.#dice.pick(this.#nodes) ?? 'n0',
      app: this.#dice.once(4) ? 'api' : 'web',
      addressed: false,
      ready: false,
      since: 0,
      terminating: false,
    };
    this.#pods.push(pod);
    const born: Operation = {
      method: 'POST',
      path: core(this.#namespace, 'pods'),
      body: podObject(this.#dice, pod, this.#profile.services[0]),
    };
    return addressed ? [born, ...this.#address(pod)] : [born];
  }

  #address(pod: PodLife): Operation[] {
    pod.addressed = true;
    this.#turn(pod, !this.#dice.once(4));
    return [this.#status(pod)];
  }

  #turn(pod: PodLife, ready: boolean): void {
    this.#seconds += 1;
    pod.ready = ready;
    pod.since = this.#seconds;
  }

  #status(pod: PodLife, phase = 'Running'): Operation {
    return {
      method: 'PATCH',
      path: `${core(this.#namespace, 'pods', pod.name)}/status`,
      body: podStatus({ ...pod, seed: this.#seed, dual: this.#profile.dual }, phase),
    };
  }

  #terminate(pod: PodLife): Operation[] {
    pod.terminating = true;
    return [{ method: 'DELETE', path: core(this.#namespace, 'pods', pod.name) }];
  }

  #remove(pod: PodLife): Operation[] {
    this.#pods.splice(this.#pods.indexOf(pod), 1);
    return [{ method: 'DELETE', path: `${core(this.#namespace, 'pods', pod.name)}?gracePeriodSeconds=0` }];
  }

  #makeService(name: string): Operation[] {
    const kind = this.#name === 'mirror' && this.#dice.below(3) > 0 ? 'selectorless' : this.#kindOfService();
    this.#services.set(name, {
      selector: kind !== 'selectorless' && kind !== 'external',
      external: kind === 'external' || kind === 'externalSelecting',
    });
    if (kind !== 'selectorless' && kind !== 'external') this.#endpoints.delete(name);
    const body = serviceObject(this.#dice, name, kind, this.#profile.dual);
    return [{ method: 'POST', path: core(this.#namespace, 'services'), body }];
  }

  #kindOfService() {
    const rare = this.#name === 'tiny' || this.#name === 'mesh' ? 1 : 0;
    return this.#dice.weighed({
      plain: 8,
      headless: 3,
      headlessPortless: rare,
      external: rare,
      externalSelecting: rare,
      selectorless: rare,
    });
  }

  #deleteService(name: string): Operation[] {
    this.#services.delete(name);
    // Its Endpoints go with it.
    this.#endpoints.delete(name);
    return [{ method: 'DELETE', path: core(this.#namespace, 'services', name) }];
  }

  #changeSelector(name: string, life: ServiceLife): Operation[] {
    const selector = this.#dice.pick([
      { app: 'web', tier: null },
      { app: 'api', tier: null },
      { app: 'web', tier: 'x' },
      null,
    ]);
    life.selector = selector !== null;
    return [this.#patch('services', name, { spec: { selector } })];
  }

  #changeType(name: string, life: ServiceLife): Operation[] {
    life.external = !life.external;
    const spec = life.external
      ? { type: 'ExternalName', externalName: 'example.com', clusterIP: null, clusterIPs: null }
      : { type: 'ClusterIP', externalName: null };
    return [this.#patch('services', name, { spec })];
  }

  #changeFamilies(name: string): Operation[] {
    const policy = this.#dice.pick(['SingleStack', 'PreferDualStack', 'RequireDualStack']);
    return [this.#patch('services', name, { spec: { ipFamilyPolicy: policy } })];
  }

  #makeEndpoints(): Operation[] {
    const free = this.#profile.services.filter(
      (name) => !this.#endpoints.has(name) && this.#services.get(name)?.selector !== true,
    );
    const name = this.#dice.pick(free);
    if (name === undefined) return [];
    this.#endpoints.add(name);
    return [
      {
        method: 'POST',
        path: core(this.#namespace, 'endpoints'),
        body: endpointsObject(this.#dice, name, this.#profile.dual),
      },
    ];
  }

  #changeEndpoints(): Operation[] {
    const name = this.#dice.pick([...this.#endpoints]);
    if (name === undefined) return [];
    const { subsets } = endpointsObject(this.#dice, name, this.#profile.dual);
    const body = this.#dice.pick<object>([
      { subsets },
      { subsets },
      { subsets: null },
      { metadata: { labels: { team: this.#dice.pick(['x', 'y', null]) } } },
      { metadata: { annotations: { note: this.#dice.pick(['x', 'y', null]) } } },
      {
        metadata: {
          labels: { 'endpointslice.kubernetes.io/skip-mirror': this.#dice.pick(['true', 'no', null, null]) },
        },
      },
    ]);
    return [this.#patch('endpoints', name, body)];
  }

  #touchSlice(): Operation[] {
    const service = this.#dice.pick([...this.#services.keys()]);
    if (service === undefined) return [];
    const act = this.#dice.pick(['delete', 'empty', 'annotate', 'label'] as const);
    return [{ method: 'SLICE', namespace: this.#namespace, service, at: this.#dice.below(3), act }];
  }

  #makeSlice(): Operation[] {
    const service = this.#dice.pick(this.#profile.services);
    const name = `user-${this.#slices.size}`;
    this.#slices.add(name);
    const path = `/apis/discovery.k8s.io/v1/namespaces/${this.#namespace}/endpointslices`;
    return [{ method: 'POST', path, body: userSlice(this.#dice, name, service) }];
  }

  #makeNode(): Operation[] {
    if (this.#ownNodes.length >= 2) return [];
    const name = `${this.#namespace}-n${this.#ownNodes.length}`;
    this.#ownNodes.push(name);
    this.#nodes.push(name, name);
    const zone = this.#dice.pick(['a', 'b', 'd', undefined]);
    // Out of the reckoning of CPUs, which is the whole cluster's: stories must not meddle with each other.
    return nodeOperations({ name, zone, inReckoning: false });
  }
}

/** Created, and then ready with something to allocate. */
export function nodeOperations(node: { name: string; zone: string | undefined; inReckoning: boolean }): Operation[] {
  const { object, status } = nodeObject(node);
  return [
    { method: 'POST', path: '/api/v1/nodes', body: object },
    { method: 'PATCH', path: `/api/v1/nodes/${node.name}/status`, body: status },
  ];
}
