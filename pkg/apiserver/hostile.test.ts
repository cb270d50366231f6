/** What a hostile client may send as names, keys, bodies and patches; the answer is a Status, never "a fault of ours". */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../clock/index.ts';
import { patchTypes, testServer, type Answer, type TestServer } from '../testing/api-server.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const services = '/api/v1/namespaces/default/services';
let api: TestServer;

beforeAll(async () => {
  api = await testServer({ lifecycle: false });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const yaml = { headers: { 'content-type': 'application/yaml' } };
const repeat = (count: number, text: (index: number) => string, separator = ''): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(separator);

/** Code, reason and the beginning of the message. */
const refusal = ({ status, body }: Answer, shown = 400): readonly unknown[] => [
  status,
  body.reason,
  String(body.message).slice(0, shown),
];

async function fresh(name: string): Promise<string> {
  const answer = await api.post(maps, {
    metadata: { name, labels: { constructor: 'b', toString: 'c', valueOf: 'd' } },
    data: JSON.parse('{"__proto__":"1","constructor":"2"}'),
  });
  expect(answer.status).toBe(201);
  return `${maps}/${name}`;
}

const dataOf = ({ text }: Answer): string => JSON.stringify((JSON.parse(text) as { data?: unknown }).data);

describe('S35 names and keys of Object.prototype', () => {
  it.each(['constructor', 'valueof', 'hasownproperty'])('an object may be called %s', async (name) => {
    const path = await fresh(name);
    expect((await api.get(path)).body.metadata?.name).toBe(name);
    const list = await api.get(`${maps}?fieldSelector=metadata.name=${name}`);
    expect(list.body.items?.length).toBe(1);
    expect((await api.delete(path)).status).toBe(200);
    expect((await api.get(path)).status).toBe(404);
  });

  it.each(['__proto__', 'toString', 'hasOwnProperty'])('nothing is called %s, and nothing is found', async (name) => {
    expect((await api.post(maps, `{"metadata":{"name":"${name}"}}`)).status).toBe(422);
    for (const answer of [
      await api.get(`${maps}/${name}`),
      await api.delete(`${maps}/${name}`),
      await api.get(`/api/v1/namespaces/${name}/configmaps/x`),
      await api.get(`/apis/${name}/v1/things`),
      await api.get(`/apis/apps/${name}/deployments`),
      await api.get(`/api/v1/${name}`),
      await api.get(`${maps}/x/${name}`),
    ]) {
      expect(answer.status).toBe(404);
    }
  });

  it('data keys come back as they went in, beside what every object inherits', async () => {
    const path = await fresh('round');
    expect(dataOf(await api.get(path))).toBe('{"__proto__":"1","constructor":"2"}');
  });

  it('label selectors look at own keys only', async () => {
    await fresh('selected');
    const count = async (selector: string): Promise<unknown> => {
      const { body } = await api.get(
        `${maps}?fieldSelector=metadata.name=selected&labelSelector=${encodeURIComponent(selector)}`,
      );
      return body.items?.length;
    };
    expect(
      await Promise.all(['constructor=b', 'toString in (c)', 'valueOf notin (x)', '!isPrototypeOf'].map(count)),
    ).toEqual([1, 1, 1, 1]);
    expect(await Promise.all(['hasOwnProperty', '!toString', 'constructor!=b'].map(count))).toEqual([0, 0, 0]);
  });

  it('S41 a Service with such labels and selector is compared, and an equal update writes nothing', async () => {
    const service = {
      metadata: { name: 'odd', labels: { valueOf: 'x', toString: 'y' } },
      spec: { selector: { valueOf: 'a', toString: 'b', constructor: 'c' }, ports: [{ port: 80 }] },
    };
    const created = await api.post(services, service);
    const again = await api.put(`${services}/odd`, service);
    expect([created.status, again.status]).toEqual([201, 200]);
    expect(again.body.metadata?.resourceVersion).toBe(created.body.metadata?.resourceVersion);
  });

  const bad = "must start and end with an alphanumeric character (e.g. 'MyName'";
  it.each([
    ['json', '[{"op":"add","path":"/metadata/labels/__proto__","value":"q"}]'],
    ['merge', '{"metadata":{"labels":{"__proto__":"q"}}}'],
    ['strategic', '{"metadata":{"labels":{"__proto__":"q"}}}'],
    ['apply', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"labels-apply","labels":{"__proto__":"q"}}}'],
  ] as const)('a %s patch of the label __proto__ meets validation like any other key', async (type, patch) => {
    const path = await fresh(`labels-${type}`);
    const answer = await api.patch(`${path}${type === 'apply' ? '?fieldManager=m' : ''}`, type, patch);
    expect([answer.status, answer.body.reason]).toEqual([422, 'Invalid']);
    expect(answer.body.message).toContain(`metadata.labels: Invalid value: "__proto__"`);
    expect(answer.body.message).toContain(bad);
  });

  it.each([
    [
      'json',
      '[{"op":"add","path":"/data/__proto__","value":"q"},{"op":"copy","from":"/data/__proto__","path":"/data/toString"},{"op":"remove","path":"/data/constructor"}]',
    ],
    ['merge', '{"data":{"__proto__":"q","toString":"q","constructor":null,"valueOf":null}}'],
    ['strategic', '{"data":{"__proto__":"q","toString":"q","constructor":null,"valueOf":null}}'],
  ] as const)('a %s patch writes and removes such data keys', async (type, patch) => {
    const answer = await api.patch(await fresh(`data-${type}`), type, patch);
    expect([answer.status, dataOf(answer)]).toEqual([200, '{"__proto__":"q","toString":"q"}']);
  });

  it('an apply patch owns such data keys and gives them up', async () => {
    const path = `${maps}/data-apply?fieldManager=m`;
    const object = (data: string): string =>
      `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"data-apply"},"data":${data}}`;
    const first = await api.patch(path, 'apply', object('{"__proto__":"q","constructor":"c"}'));
    expect([first.status, dataOf(first)]).toEqual([201, '{"__proto__":"q","constructor":"c"}']);
    const second = await api.patch(path, 'apply', object('{"constructor":"c"}'));
    expect([second.status, dataOf(second)]).toEqual([200, '{"constructor":"c"}']);
  });

  it.each([
    ['json', '[{"op":"add","path":"/metadata/labels/__proto__/polluted","value":"q"}]', 422],
    ['json', '[{"op":"add","path":"/constructor/prototype/polluted","value":"q"}]', 422],
    ['json', '[{"op":"test","path":"/metadata/labels/hasOwnProperty","value":"x"}]', 422],
    ['json', '[{"op":"add","path":"/__proto__","value":{"polluted":"q"}}]', 200],
    ['merge', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}', 200],
    ['strategic', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}', 200],
  ] as const)('a %s patch cannot reach a prototype: %s', async (type, patch, status) => {
    const path = `${maps}/round`;
    const before = (await api.get(path)).text;
    expect((await api.patch(path, type, patch)).status).toBe(status);
    expect((await api.get(path)).text).toBe(before);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

const unrecognised =
  "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: ";

describe('S23 SV7 bodies made to exhaust', () => {
  it.each([
    ['objects', '{"a":'.repeat(100_000), `${unrecognised}JSON document exceeds the limit of 100 levels`],
    ['arrays', '['.repeat(3_000_000), `${unrecognised}JSON document exceeds the limit of 100 levels`],
    ['elements', `[${'1,'.repeat(200_000)}1]`, `${unrecognised}JSON array exceeds the limit of 100000 elements`],
    [
      'keys',
      `{${repeat(30_000, (index) => `"k${index}":1`, ',')}}`,
      `${unrecognised}JSON object exceeds the limit of 20000 keys`,
    ],
    [
      'one long string',
      `{"a":"${'x'.repeat(1_600_000)}"}`,
      `${unrecognised}JSON string exceeds the limit of 1572864 characters`,
    ],
  ])('JSON: %s', async (_name, body, message) => {
    expect(refusal(await api.post(maps, body), message.length)).toEqual([400, 'BadRequest', message]);
  });

  const yamlLevels = 'error converting YAML to JSON: yaml: the document exceeds the limit of 100 levels';
  const yamlTokens = 'error converting YAML to JSON: yaml: the document exceeds the limit of 100000 tokens; send JSON';
  const yamlAliases = 'error converting YAML to JSON: yaml: the document refers to itself, to nothing, or to too much';
  const laughs = `a0: &a0 [x]\n${repeat(9, (index) => `a${index + 1}: &a${index + 1} [${repeat(9, () => `*a${index}`, ',')}]\n`)}`;
  it.each([
    ['flow sequences', '['.repeat(1_000_000), yamlLevels],
    ['flow maps', '{a: '.repeat(100_000), yamlLevels],
    ['dashes', '- '.repeat(100_000), yamlLevels],
    ['block maps', repeat(150, (index) => `${' '.repeat(index)}a:\n`), yamlLevels],
    ['S36 keys', `{${repeat(100_000, (index) => `k${index}: 1`, ', ')}}`, yamlTokens],
    ['empty lines', '\n'.repeat(1_000_000), yamlTokens],
    ['S36 aliases of aliases', laughs, yamlAliases],
    ['S36 an alias of itself', 'a: &a [*a]', yamlAliases],
    ['S36 an alias of nothing', 'a: *nope', yamlAliases],
    ['a key twice', 'a: 1\nb: {c: 1, c: 2}\n', 'error converting YAML to JSON: yaml: key "c" already set in map'],
  ])('YAML: %s, as a body and as an apply patch', async (_name, body, message) => {
    const why = message.replace('error converting YAML to JSON: ', '');
    const posted = `the object provided is unrecognized (must be of type ConfigMap): ${why}`;
    expect(refusal(await api.post(maps, body, yaml), posted.length)).toEqual([400, 'BadRequest', posted]);
    const applied = await api.patch(`${maps}/round?fieldManager=m`, 'apply', body);
    expect(refusal(applied)).toEqual([400, 'BadRequest', message]);
  });

  it('S36 no tag makes anything, and << is a key like any other', async () => {
    const answer = await api.post(
      maps,
      'metadata: {name: tagged}\n<<: {data: {a: b}}\ndata: {f: !!js/function "x", b: !mine y}\n',
      yaml,
    );
    expect([answer.status, dataOf(answer), answer.headers['warning']]).toEqual([
      201,
      '{"b":"y","f":"x"}',
      ['299 - "unknown field \\"<<\\""'],
    ]);
  });
});

describe('bodies that are not what they say', () => {
  const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)));

  it.each([
    ['SV22 broken UTF-8', bytes('{"metadata":{"name":"', [0xff, 0xfe], '"}}')],
    ['SV22 an overlong form', bytes('{"a":"', [0xc0, 0x80], '"}')],
    ['SV22 half a surrogate pair', bytes('{"a":"', [0xed, 0xa0, 0x80], '"}')],
    ['SV22 UTF-16', Buffer.from('{"metadata":{}}', 'utf16le').subarray(0, 5).fill(0xd8)],
  ])('%s', async (_name, body) => {
    const expected = [400, 'BadRequest', 'the body of the request is not valid UTF-8'];
    expect(refusal(await api.post(maps, body))).toEqual(expected);
    for (const type of Object.values(patchTypes)) {
      const headers = { 'content-type': type };
      const path = `${maps}/round${type.includes('apply') ? '?fieldManager=m' : ''}`;
      expect(refusal(await api.request('PATCH', path, { body, headers }))).toEqual(expected);
    }
  });

  it.each([
    ['nothing', ''],
    ['a string', '"x"'],
    ['half an object', '{"metadata":'],
    ['two objects', '{}{}'],
    ['a BOM', '\ufeff{}'],
    ['NaN', '{"metadata":{"generation":NaN}}'],
  ])('%s for an object is 400', async (_name, body) => {
    const answer = await api.post(maps, body);
    expect([answer.status, answer.body.reason]).toEqual([400, 'BadRequest']);
    expect(answer.body.message).toContain('the object provided is unrecognized');
  });

  it('null is an object without fields', async () => {
    expect((await api.post(maps, 'null')).body.message).toContain('name or generateName is required');
  });

  it('F5 a key twice is a warning, an error when strict, and the last one counts', async () => {
    const body = '{"metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}';
    const strict = await api.post(`${maps}?fieldValidation=Strict`, body);
    expect(refusal(strict)).toEqual([
      400,
      'BadRequest',
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a"',
    ]);
    const warned = await api.post(maps, body);
    expect([warned.status, dataOf(warned), warned.headers['warning']]).toEqual([
      201,
      '{"a":"2"}',
      ['299 - "duplicate field \\"data.a\\""'],
    ]);
  });

  it.each(['1e400', '-1e400', '80.5', '99999999999999999999', '"80"', '{}'])('SV20 %s is no port', async (port) => {
    const answer = await api.post(services, `{"metadata":{"name":"n"},"spec":{"ports":[{"port":${port}}]}}`);
    expect([answer.status, answer.body.reason]).toEqual([400, 'BadRequest']);
  });

  it('NUL and lone surrogates are data in a value and refused in a key', async () => {
    const value = await api.post(maps, String.raw`{"metadata":{"name":"nul"},"data":{"k":"\u0000\ud800"}}`);
    expect(value.status).toBe(201);
    expect(value.body.data?.k).toBe('\0\ufffd');
    const key = await api.post(maps, String.raw`{"metadata":{"name":"key"},"data":{"\u0000":"v","\ud800":"v"}}`);
    expect([key.status, key.body.reason]).toEqual([422, 'Invalid']);
  });

  it('a workload without a selector, or with one that means nothing, is refused', async () => {
    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    const nonsense = { matchExpressions: [{ key: 'a', operator: '__proto__' }] };
    for (const selector of [null, nonsense]) {
      const answer = await api.post(deployments, { metadata: { name: 'x' }, spec: { selector } });
      expect([answer.status, answer.body.reason]).toEqual([422, 'Invalid']);
    }
  });

  it('S22 annotations beyond 256 KiB, and labels that are too long, are 422', async () => {
    const annotations = { a: 'x'.repeat(256 * 1024) };
    const labels = { ['k'.repeat(64)]: 'v'.repeat(64) };
    for (const metadata of [
      { name: 'big', annotations },
      { name: 'big', labels },
    ]) {
      const answer = await api.post(maps, { metadata });
      expect([answer.status, answer.body.reason]).toEqual([422, 'Invalid']);
    }
  });

  it('M14 protobuf that is none is 400', async () => {
    const magic = [0x6b, 0x38, 0x73, 0x00];
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    const bodies = [
      [],
      magic,
      [...magic, 0x0a],
      [...magic, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
      [...magic, 0x0b, 0x0c],
      [...magic, ...Array.from({ length: 500 }, () => 0xff)],
      [...magic, 0x0a, 0x04, 0x0a, 0x02, 0xc0, 0x80],
      Array.from(Buffer.from('{"metadata":{"name":"x"}}')),
    ];
    for (const body of bodies) {
      const answer = await api.post(maps, Buffer.from(body), { headers });
      expect([body, answer.status, answer.body.reason]).toEqual([body, 400, 'BadRequest']);
    }
  });
});

describe('selectors, patches and paths made to exhaust', () => {
  it.each([
    ['labelSelector', 'a'.repeat(70_000), 'the selector is too long: 70000 characters, the limit is 16384'],
    ['fieldSelector', 'a'.repeat(70_000), 'the selector is too long: 70000 characters, the limit is 16384'],
    ['labelSelector', repeat(1_001, (index) => `k${index}`, ','), 'the selector has more than 1000 requirements'],
    [
      'labelSelector',
      `k in (${repeat(1_001, (index) => `v${index}`, ',')})`,
      'a requirement of the selector has more than 1000 values',
    ],
    ['labelSelector', '!'.repeat(10_000), "unable to parse requirement: found '!', expected: identifier"],
    ['labelSelector', '('.repeat(10_000), "found '(', expected: !, identifier, or 'end of string'"],
  ])('S28 %s', async (name, text, message) => {
    for (const more of ['', '&watch=1', '&limit=1']) {
      const answer = await api.get(`${maps}?${name}=${encodeURIComponent(text)}${more}`);
      expect(refusal(answer)).toEqual([400, 'BadRequest', message]);
    }
  });

  it('S29 a JSON patch of 10,001 operations is 413; what it may copy is bounded', async () => {
    const test = { op: 'test', path: '/data/constructor', value: '2' };
    const patch = (count: number): Promise<Answer> =>
      api.patch(
        `${maps}/round`,
        'json',
        Array.from({ length: count }, () => test),
      );
    expect((await patch(10_000)).status).toBe(200);
    expect(refusal(await patch(10_001))).toEqual([
      413,
      'RequestEntityTooLarge',
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    ]);
    // Each copy doubles what the next one copies.
    const bomb = [
      { op: 'add', path: '/data/b', value: 'x'.repeat(1000) },
      ...Array.from({ length: 40 }, (_, index) => ({ op: 'copy', from: '/data', path: `/data/c${index}` })),
    ];
    expect((await api.patch(`${maps}/round`, 'json', bomb)).status).toBe(422);
  });

  it.each(['json', 'merge', 'strategic'] as const)('S23 a %s patch 101 levels deep is 400', async (type) => {
    expect(refusal(await api.patch(`${maps}/round`, type, '['.repeat(101)))).toEqual([
      400,
      'BadRequest',
      `${type === 'strategic' ? '' : 'error decoding patch: '}JSON document exceeds the limit of 100 levels`,
    ]);
  });

  it.each([
    ['/api/v1/namespaces/default/configmaps/..', 404],
    ['/api/v1/namespaces/default/configmaps/%2e%2e', 404],
    ['/api/v1/namespaces/a%2fb/configmaps/x', 404],
    ['/api/v1/namespaces/default/configmaps/%00', 404],
    ['/api/v1/namespaces/default/configmaps/%252e', 404],
    ['/api/v1/namespaces/default/configmaps/%zz', 400],
    ['/api/v1/namespaces/default/configmaps/%ff%fe', 400],
    ['/api/v1//namespaces', 404],
    ['//api/v1/namespaces', 404],
    ['*', 404],
    ['', 404],
    [`/api/v1/namespaces/default/configmaps/${'x'.repeat(60_000)}`, 404],
    [`/${'a/'.repeat(30_000)}`, 404],
    [`${maps}?limit=abc`, 400],
    [`${maps}?limit=99999999999999999999`, 400],
    [`${maps}?limit=-1`, 200],
    [`${maps}?continue=%00`, 400],
    [
      `${maps}?continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":1e99,"start":"__proto__"}').toString('base64url')}`,
      400,
    ],
    [`${maps}?resourceVersion=${'9'.repeat(1000)}`, 400],
    [`${maps}?timeout=${'1h'.repeat(10_000)}`, 400],
    [`${maps}?${'a=1&'.repeat(10_000)}`, 200],
    [`${maps}?__proto__=1&constructor=2`, 200],
    [`${maps}?watch=1&timeoutSeconds=${'9'.repeat(30)}`, 400],
  ])('SV17 GET %.80s is %i', async (path, status) => {
    expect((await api.get(path)).status).toBe(status);
  });

  it.each(['OPTIONS', 'TRACE', 'PROPFIND', 'get', '__proto__', 'constructor'])('P5 %s is 405', async (method) => {
    expect(refusal(await api.request(method, maps))).toEqual([
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    ]);
  });

  it('P7 echoes an audit id that is one, and gives its own for any other', async () => {
    const idFor = async (id: string): Promise<unknown> =>
      (await api.get('/version', { headers: { 'audit-id': id } })).headers['audit-id'];
    expect(await idFor('mine-1')).toBe('mine-1');
    for (const id of ['', 'a b', 'a\nb', 'é', '\u{1f600}', 'x'.repeat(129)]) {
      expect(await idFor(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('L33 no watch asks for a timer that would overflow and fire at once', async () => {
    const delays: number[] = [];
    const clock = {
      ...systemClock,
      after: (delayMs: number, callback: () => void) => {
        delays.push(delayMs);
        return systemClock.after(delayMs, callback);
      },
    };
    await using server = await testServer({ lifecycle: false, clock });
    const watch = await server.watch(`${maps}?watch=1&timeoutSeconds=99999999&allowWatchBookmarks=1`);
    watch.close();
    expect(Math.max(...delays)).toBe(24 * 3_600_000);
  });
});
