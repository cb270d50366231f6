/** The shipped roles are enough, and nothing beside them is asked for. */
import assert from 'node:assert/strict';
import type { Check } from '../suite.ts';
import type { AuditEvent } from './audit.ts';
import { account, overlayObjects, type Plane, type Rule } from './plane.ts';

/** Every authenticated user may ask these (system:basic-user, system:discovery). */
const everybodys = /^\/(version|apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews)/;

export async function checkRights(check: Check, plane: Plane): Promise<void> {
  const own = plane.audit.all().filter(({ user }) => user.username === account);
  const rules = overlayObjects('ha').flatMap((object) => object.rules ?? []);
  await check(`none of ${own.length} requests was forbidden`, () => {
    assert.ok(own.length > 0);
    const forbidden = own.filter(({ responseStatus }) => [401, 403].includes(responseStatus?.code ?? 0));
    assert.deepEqual([...new Set(forbidden.map(inWords))], []);
  });
  await check('none lies outside the shipped roles', () => {
    const outside = own.filter(
      (event) => !everybodys.test(event.requestURI) && !rules.some((rule) => covers(rule, event)),
    );
    assert.deepEqual([...new Set(outside.map(inWords))], []);
  });
  await check('every line of the roles was used, but for what other clusters ask for', () => {
    const unused = rules.flatMap((rule) =>
      rule.verbs.flatMap((verb) =>
        rule.resources
          .filter((resource) => !own.some((event) => covers({ ...rule, verbs: [verb], resources: [resource] }, event)))
          .map((resource) => `${verb} ${resource}`),
      ),
    );
    const elsewhere = [
      // Where OwnerReferencesPermissionEnforcement is on.
      'update endpoints/finalizers',
      'update services/finalizers',
      // The server itself deletes them with the Service, and is quicker most of the time.
      'delete endpoints',
      // When an event happens again.
      'patch events',
      'update events',
      // Before Kubernetes 1.32, which has no streaming lists.
      'list nodes',
      'list pods',
      'list services',
    ];
    assert.deepEqual(unused.filter((one) => !elsewhere.includes(one)).sort(), []);
  });
}

function covers(rule: Rule, { verb, objectRef }: AuditEvent): boolean {
  if (objectRef?.resource === undefined) return false;
  const { resource, subresource, apiGroup = '', name = '' } = objectRef;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return (
    rule.apiGroups.includes(apiGroup) &&
    rule.resources.includes(whole) &&
    rule.verbs.includes(verb) &&
    (rule.resourceNames === undefined || rule.resourceNames.includes(name))
  );
}

const inWords = ({ verb, objectRef, requestURI, responseStatus }: AuditEvent): string =>
  `${verb} ${objectRef?.resource ?? requestURI} ${responseStatus?.code ?? ''}`;
