/** A webhook that does what its path says, good and bad, and writes down what it was asked. */
import { createServer, type Server } from 'node:https';
import { createServer as createPlain } from 'node:http';
import { loadIdentity } from '../../pkg/apiserver/authn/certificates.ts';

export interface Review {
  readonly request: {
    readonly uid: string;
    readonly operation: string;
    readonly object: { readonly metadata: { readonly labels?: Record<string, string> } } | null;
  };
}

export interface WebhookServer extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly place: string;
  readonly port: number;
  /** Base64 of PEM. */
  readonly caBundle: string;
  /** Another, that signed nothing here. */
  readonly foreignCa: string;
  /** `127.0.0.1:PORT` of a server without TLS. */
  readonly plain: string;
  /** What came to paths that begin with /record, in order. */
  readonly received: unknown[];
}

type Answer = { readonly response?: object; readonly [field: string]: unknown } | string | undefined;

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

const label = (name: string, value: string): object[] => [{ op: 'add', path: `/metadata/labels/${name}`, value }];

/** What each path answers: a response, the whole body as text, or nothing at all. */
export const behaviours: Readonly<Record<string, (review: Review) => Answer>> = {
  '/allow': () => ({ response: { allowed: true } }),
  '/record': () => ({ response: { allowed: true } }),
  '/warn': () => ({
    response: { allowed: true, warnings: ['first "warning"', 'second'], auditAnnotations: { k: 'v' } },
  }),
  '/deny': () => ({ response: { allowed: false } }),
  '/deny-message': () => ({ response: { allowed: false, status: { message: 'not today' } } }),
  '/deny-reason': () => ({ response: { allowed: false, status: { reason: 'Because' } } }),
  '/deny-invalid': () => ({
    response: {
      allowed: false,
      status: {
        code: 422,
        reason: 'Invalid',
        message: 'is not in the pool',
        details: {
          kind: 'ConfigMap',
          name: 'x',
          causes: [{ reason: 'FieldValueInvalid', message: 'bad', field: 'data' }],
        },
      },
    },
  }),
  '/deny-low-code': () => ({ response: { allowed: false, status: { code: 200, status: 'Success', message: 'm' } } }),
  '/deny-403': () => ({ response: { allowed: false, status: { code: 403, reason: 'Forbidden', message: 'no' } } }),
  '/allow-with-status': () => ({ response: { allowed: true, status: { code: 500, message: 'ignored' } } }),
  '/wrong-uid': () => ({ response: { uid: 'other', allowed: true } }),
  '/no-uid': () => ({ response: { uid: '', allowed: true } }),
  '/no-response': () => ({}),
  '/no-kind': () => ({ kind: undefined, apiVersion: undefined, response: { allowed: true } }),
  '/old-version': () => ({ apiVersion: 'admission.k8s.io/v1beta1', response: { allowed: true } }),
  '/other-kind': () => ({ kind: 'ConfigMap', apiVersion: 'v1', response: { allowed: true } }),
  '/text': () => 'hello',
  '/empty': () => '',
  '/list': () => '[]',
  '/number': () => '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"allowed":1}}',
  '/500': () => 'boom',
  '/404': () => 'nothing here',
  '/400': () => 'bad',
  '/403': () => 'go away',
  '/503': () => '',
  '/301': () => '',
  '/hang': () => undefined,
  '/patch': () => ({ response: patch(label('patched', 'yes')) }),
  '/patch-a': () => ({ response: patch(label('a', 'was-here')) }),
  '/patch-b': (review) => ({
    response: patch(label('b', `saw-a-${review.request.object?.metadata.labels?.['a'] ?? 'none'}`)),
  }),
  '/patch-count': ({ request }) => {
    const count = Number(request.object?.metadata.labels?.['count'] ?? 0);
    return { response: patch(label('count', String(count + 1))) };
  },
  '/patch-same': () => ({ response: patch([{ op: 'add', path: '/metadata/labels/hook', value: 'patch-same' }]) }),
  '/patch-none': () => ({ response: patch([]) }),
  '/patch-missing': () => ({ response: patch([{ op: 'remove', path: '/data/gone' }]) }),
  '/patch-test': () => ({ response: patch([{ op: 'test', path: '/data/a', value: 'other' }]) }),
  '/patch-type': () => ({ response: patch([{ op: 'add', path: '/data', value: 'text' }]) }),
  '/patch-unknown': () => ({ response: patch([{ op: 'add', path: '/nothing', value: { a: 1 } }]) }),
  '/patch-name': () => ({ response: patch([{ op: 'replace', path: '/metadata/name', value: 'renamed' }]) }),
  '/patch-namespace': () => ({ response: patch([{ op: 'replace', path: '/metadata/namespace', value: 'default' }]) }),
  '/patch-invalid': () => ({ response: patch([{ op: 'add', path: '/metadata/labels/bad', value: 'not a label!' }]) }),
  '/patch-replicas': () => ({ response: patch([{ op: 'replace', path: '/spec/replicas', value: 7 }]) }),
  '/patch-no-type': () => ({ response: { ...patch(label('x', 'y')), patchType: undefined } }),
  '/patch-empty-type': () => ({ response: { ...patch(label('x', 'y')), patchType: '' } }),
  '/patch-other-type': () => ({ response: { ...patch(label('x', 'y')), patchType: 'MergePatch' } }),
  '/type-no-patch': () => ({ response: { allowed: true, patchType: 'JSONPatch' } }),
  '/patch-garbage': () => ({
    response: { allowed: true, patchType: 'JSONPatch', patch: Buffer.from('no json').toString('base64') },
  }),
  '/patch-object': () => ({ response: { allowed: true, patchType: 'JSONPatch', patch: base64({ a: 1 }) } }),
  '/patch-bad-base64': () => ({ response: { allowed: true, patchType: 'JSONPatch', patch: '***' } }),
};

const patch = (operations: object[]): object => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: base64(operations),
});

export async function startWebhookServer(): Promise<WebhookServer> {
  const make = (): ReturnType<typeof loadIdentity> =>
    loadIdentity({ names: ['localhost', 'extern.hooks.svc'], addresses: ['127.0.0.1'], now: Date.now() });
  const identity = make();
  const received: unknown[] = [];
  const server = createServer({ cert: identity.serving.cert, key: identity.serving.key }, (request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      if (chunks.length === 0) {
        // Whoever follows a redirection comes without a body.
        response.writeHead(400).end('no body');
        return;
      }
      const review = JSON.parse(Buffer.concat(chunks).toString()) as Review;
      const path = new URL(request.url ?? '/', 'https://none').pathname;
      if (path.startsWith('/record')) received.push(review);
      const answer = (behaviours[path] ?? behaviours['/record'])?.(review);
      if (answer === undefined) return;
      const code = Number(/^\/(\d{3})$/.exec(path)?.[1] ?? 200);
      response.writeHead(code, { 'content-type': 'application/json', ...(code === 301 ? { location: '/allow' } : {}) });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(withHead(answer, review)));
    })();
  });
  const plain = createPlain((_, response) => response.end('plain'));
  const [port, plainPort] = await Promise.all([listen(server), listen(plain)]);
  const pem = (text: string): string => Buffer.from(text).toString('base64');
  return {
    place: `127.0.0.1:${port}`,
    port,
    caBundle: pem(identity.ca.cert),
    foreignCa: pem(make().ca.cert),
    plain: `127.0.0.1:${plainPort}`,
    received,
    [Symbol.asyncDispose]: async () => {
      for (const one of [server, plain]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
    },
  };
}

function withHead(answer: Exclude<Answer, string | undefined>, { request }: Review): object {
  const { response, ...head } = answer;
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    ...head,
    ...(response === undefined ? {} : { response: { uid: request.uid, ...response } }),
  };
}

function listen(server: Server | ReturnType<typeof createPlain>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
