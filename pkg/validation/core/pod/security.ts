/** Security contexts of containers and Pods. */
import type { FieldError } from '../../../api/field-error.ts';
import { duplicate, invalid, json, notSupported, required } from '../../errors.ts';
import { between } from '../../formats/text.ts';
import { validateDescendingPath } from './paths.ts';
import type { Container, PodSecurityContext } from './types.ts';

type SecurityContext = NonNullable<Container['securityContext']>;
type Profile = NonNullable<SecurityContext['seccompProfile']>;

const mostId = 2_147_483_647;
const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

const validateId = (id: number | undefined, field: string): FieldError[] =>
  id === undefined || (id >= 0 && id <= mostId) ? [] : [invalid(field, id, between(0, mostId))];

export function validateSecurityContext(
  context: SecurityContext | undefined,
  field: string,
  hostUsers: boolean,
): FieldError[] {
  if (context === undefined) return [];
  const { procMount, allowPrivilegeEscalation, privileged, capabilities } = context;
  const errors = [
    ...validateId(context.runAsUser, `${field}.runAsUser`),
    ...validateId(context.runAsGroup, `${field}.runAsGroup`),
  ];
  if (procMount !== undefined) {
    if (procMount !== 'Default' && procMount !== 'Unmasked') {
      errors.push(notSupported(`${field}.procMount`, json(procMount), ['Default', 'Unmasked']));
    }
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(`${field}.procMount`, json(procMount), '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  errors.push(...validateProfile(context.seccompProfile, 'seccomp', `${field}.seccompProfile`));
  if (allowPrivilegeEscalation === false) {
    const conflict = (what: string): FieldError =>
      invalid(field, json(shown(context)), `cannot set \`allowPrivilegeEscalation\` to false and ${what}`);
    if (privileged === true) errors.push(conflict('`privileged` to true'));
    for (const name of capabilities?.add ?? []) {
      if (name === 'CAP_SYS_ADMIN') errors.push(conflict('`capabilities.Add` CAP_SYS_ADMIN'));
    }
  }
  return [...errors, ...validateProfile(context.appArmorProfile, 'AppArmor', `${field}.appArmorProfile`)];
}

/** The internal type's field names, in its order. */
function shown(context: SecurityContext): Record<string, unknown> {
  const { capabilities, seLinuxOptions } = context;
  return {
    Capabilities:
      capabilities === undefined ? null : { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null },
    Privileged: context.privileged ?? null,
    SELinuxOptions: seLinuxOptions ?? null,
    WindowsOptions: context.windowsOptions ?? null,
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: context.seccompProfile ?? null,
    AppArmorProfile: context.appArmorProfile ?? null,
  };
}

function validateProfile(profile: Profile | undefined, what: 'seccomp' | 'AppArmor', field: string): FieldError[] {
  if (profile === undefined) return [];
  const { type = '', localhostProfile } = profile;
  const errors: FieldError[] = [];
  if (type === '')
    errors.push(
      required(
        `${field}.type`,
        'type is required when ' + (what === 'seccomp' ? 'seccompProfile is set' : 'appArmorProfile is set'),
      ),
    );
  else if (!profileTypes.includes(type)) errors.push(notSupported(`${field}.type`, json(type), profileTypes));
  if (type === 'Localhost') {
    if (localhostProfile === undefined)
      errors.push(required(`${field}.localhostProfile`, `must be set when ${what} type is Localhost`));
    else errors.push(...validateDescendingPath(localhostProfile, `${field}.localhostProfile`));
  } else if (localhostProfile !== undefined) {
    const value = json({ Type: type, LocalhostProfile: localhostProfile });
    errors.push(invalid(`${field}.localhostProfile`, value, `can only be set when ${what} type is Localhost`));
  }
  return errors;
}

const sysctlForm = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const sysctlRule =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';

function validateSysctls(
  sysctls: NonNullable<PodSecurityContext['sysctls']>,
  field: string,
  shared: SharedWithHost,
): FieldError[] {
  const seen = new Set<string>();
  return sysctls.flatMap(({ name = '' }, index) => {
    const at = `${field}[${index}].name`;
    const again = seen.has(name);
    seen.add(name);
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(at));
    else if (name.length > 253 || !sysctlForm.test(name)) errors.push(invalid(at, name, sysctlRule));
    else if (again) errors.push(duplicate(at, name));
    const dotted = dotsFor(name);
    if (shared.network && dotted.startsWith('net.')) {
      errors.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    } else if (shared.ipc && ipcSettings.some((prefix) => dotted.startsWith(prefix))) {
      errors.push(invalid(at, name, "may not be specified when 'hostIPC' is true"));
    }
    return errors;
  });
}

const ipcSettings = ['kernel.sem', 'kernel.shm', 'kernel.msg', 'fs.mqueue.'];

/** Slashes separate as well as dots do; whichever comes first decides. */
function dotsFor(name: string): string {
  const first = name.search(/[./]/);
  return first >= 0 && name[first] === '/' ? name.replaceAll('/', '.') : name;
}

/** What of the host the Pod can see. */
export interface SharedWithHost {
  readonly network: boolean;
  readonly ipc: boolean;
  readonly pid: boolean;
}

export function validatePodSecurityContext(
  context: PodSecurityContext | undefined,
  shared: SharedWithHost,
  shareProcessNamespace: boolean | undefined,
  field: string,
): FieldError[] {
  if (context === undefined) return [];
  const { fsGroupChangePolicy, supplementalGroupsPolicy } = context;
  const errors = [
    ...validateId(context.fsGroup, `${field}.fsGroup`),
    ...validateId(context.runAsUser, `${field}.runAsUser`),
    ...validateId(context.runAsGroup, `${field}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((id, index) =>
      validateId(id, `${field}.supplementalGroups[${index}]`),
    ),
  ];
  if (shareProcessNamespace === true && shared.pid) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${field}.shareProcessNamespace`, true, detail));
  }
  errors.push(...validateSysctls(context.sysctls ?? [], `${field}.sysctls`, shared));
  if (fsGroupChangePolicy !== undefined && !['Always', 'OnRootMismatch'].includes(fsGroupChangePolicy)) {
    errors.push(notSupported(`${field}.fsGroupChangePolicy`, json(fsGroupChangePolicy), ['Always', 'OnRootMismatch']));
  }
  errors.push(...validateProfile(context.seccompProfile, 'seccomp', `${field}.seccompProfile`));
  errors.push(...validateProfile(context.appArmorProfile, 'AppArmor', `${field}.appArmorProfile`));
  if (supplementalGroupsPolicy !== undefined && !['Merge', 'Strict'].includes(supplementalGroupsPolicy)) {
    errors.push(notSupported(`${field}.supplementalGroupsPolicy`, json(supplementalGroupsPolicy), ['Merge', 'Strict']));
  }
  return errors;
}
