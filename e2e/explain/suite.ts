/**
 * `fairlead up` and a person with kubectl: Pods on a Node that nobody plays, so that their status is what was patched by
 * hand. `fairlead explain` names for each what keeps it from serving and what to do, and, once that is done, that it serves.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { missingPeers, peerPath } from '../peers.ts';
import { eventually } from '../rest.ts';
import { root, runProgram, startServer, type Output } from '../server.ts';
import type { Suite } from '../suite.ts';
import { manifest, statusOf } from './objects.ts';

const kubectlName = 'kubectl-1.36';
const serves = 0;
const doesNotServe = 3;

export const suite: Suite = {
  about: `fairlead explain about Pods whose status ${kubectlName} patches by hand`,
  missing: () => missingPeers(kubectlName),
  async run(check) {
    await using server = await startServer('up', '--nodes', '1', '--no-dns');
    const env = { KUBECONFIG: server.kubeconfig, HOME: server.folder };
    const kubectl = (args: readonly string[], input?: string): string => {
      const result = runProgram(peerPath(kubectlName), args, { env, ...(input === undefined ? {} : { input }) });
      assert.equal(result.code, 0, `kubectl ${args.join(' ')}: ${result.stderr}`);
      return result.stdout;
    };
    const explain = (...words: string[]): Output =>
      runProgram(process.execPath, [join(root, 'pkg/cmd/fairlead.mjs'), 'explain', ...words], { env });
    const patch = (pod: string, status: object): string =>
      kubectl(['patch', 'pod', pod, '--subresource=status', '-p', JSON.stringify({ status })]);
    const listed = (resource: string): string => kubectl(['get', resource, '-o', 'wide']);
    /** Until the answer is that, as controllers need a moment. */
    const says = async (pod: string, code: number, ...sentences: string[]): Promise<void> => {
      await eventually(`explain web ${pod} to say: ${sentences.join(' ')}`, () => {
        const { code: exit, stdout } = explain('web', pod);
        return exit === code && sentences.every((sentence) => stdout.includes(sentence)) ? true : undefined;
      });
    };

    await check('a Service and Pods whose status is patched by hand are in Endpoints and slices', async () => {
      kubectl(['apply', '-f', '-'], manifest);
      patch('ready', statusOf('10.9.0.1', { ready: true }));
      patch('unready', statusOf('10.9.0.2', { ready: false, because: 'the page of health answered 500' }));
      patch('gated', statusOf('10.9.0.3', { ready: false, containersReady: true }));
      patch('near', statusOf('10.9.0.4', { ready: true }));
      await eventually('three addresses', () => {
        const [objects, slices] = [listed('endpoints'), listed('endpointslices')];
        const inSlices = ['10.9.0.1', '10.9.0.2', '10.9.0.3'].every((ip) => slices.includes(ip));
        return objects.includes('10.9.0.1:8080') && inSlices ? true : undefined;
      });
      assert.doesNotMatch(listed('endpoints'), /10\.9\.0\.[234]/);
      assert.doesNotMatch(listed('endpointslices'), /10\.9\.0\.4/);
    });
    await check('a ready Pod serves', () => says('ready', serves, 'Pod ready serves web at 10.9.0.1.'));
    await check('an unready one: the message of its condition', () =>
      says(
        'unready',
        doesNotServe,
        'Pod unready is not ready: the page of health answered 500.',
        '→ Look at its readiness',
      ),
    );
    await check('one held by a readiness gate: its name', () =>
      says(
        'gated',
        doesNotServe,
        'waits for its readiness gates: example.com/balancer not True',
        '→ Whoever sets these',
      ),
    );
    await check('one with a near-miss label: both values', () =>
      says('near', doesNotServe, 'Pod near is not selected: app is wep, wanted web.', '→ Label the pod app=web'),
    );
    await check('all of them at once, and as JSON', () => {
      const { code, stdout } = explain('web');
      assert.equal(code, 0);
      assert.match(stdout, /1 of 3 selected pods serve/);
      assert.match(stdout, /Pod near {2}does not serve/);
      const told = JSON.parse(explain('web', '-o', 'json').stdout) as { pods: { pod: string; serves: boolean }[] };
      assert.deepEqual(
        told.pods.filter((one) => one.serves).map(({ pod }) => pod),
        ['ready'],
      );
    });
    await check('each fix makes its Pod serve', async () => {
      patch('unready', statusOf('10.9.0.2', { ready: true }));
      patch('gated', statusOf('10.9.0.3', { ready: true, gate: true }));
      kubectl(['label', 'pod', 'near', 'app=web', '--overwrite']);
      for (const [at, pod] of ['unready', 'gated', 'near'].entries())
        await says(pod, serves, `Pod ${pod} serves web at 10.9.0.${at + 2}.`);
    });
    await check('what is not there is an error that names it', () => {
      for (const [words, wanted] of [
        [['wep'], /no Service wep in namespace default/],
        [['web', 'absent'], /no Pod absent in namespace default/],
      ] as const) {
        const { code, stderr } = explain(...words);
        assert.equal(code, 1);
        assert.match(stderr, wanted);
      }
    });
  },
};
