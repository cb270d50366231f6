/** Volume mounts and raw block devices of a container. */
import type { FieldError } from '../../../api/field-error.ts';
import { forbidden, invalid, json, notFound, notSupported, required } from '../../errors.ts';
import { validateDescendingPath, validateNoBacksteps } from './paths.ts';
import type { Container, Volumes } from './types.ts';

type Mount = NonNullable<Container['volumeMounts']>[number];

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

/** Some paths are reported at the list instead of the entry, as upstream has it. */
export function validateMounts(container: Container, volumes: Volumes, field: string): FieldError[] {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const deviceNames = new Set(volumeDevices.map(({ name = '' }) => name));
  const devicePaths = new Set(volumeDevices.map(({ devicePath = '' }) => devicePath));
  const seen = new Set<string>();
  return volumeMounts.flatMap((mount, index) => {
    const { name = '', mountPath = '' } = mount;
    const at = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (mountPath === '') errors.push(required(`${at}.mountPath`));
    if (seen.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    seen.add(mountPath);
    if (deviceNames.has(name)) errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (devicePaths.has(mountPath)) {
      errors.push(invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    return [...errors, ...validateSubPaths(mount, at, field), ...validatePropagation(mount, container, field)];
  });
}

function validateSubPaths({ subPath = '', subPathExpr = '' }: Mount, at: string, field: string): FieldError[] {
  const both = subPath !== '' && subPathExpr !== '';
  return [
    ...(subPath === '' ? [] : validateDescendingPath(subPath, `${field}.subPath`)),
    ...(both ? [invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')] : []),
    ...(subPathExpr === '' ? [] : validateDescendingPath(subPathExpr, `${field}.subPathExpr`)),
  ];
}

function validatePropagation(mount: Mount, container: Container, field: string): FieldError[] {
  const { mountPropagation, recursiveReadOnly, readOnly } = mount;
  const errors: FieldError[] = [];
  if (mountPropagation !== undefined && !propagations.includes(mountPropagation)) {
    errors.push(notSupported(`${field}.mountPropagation`, json(mountPropagation), propagations));
  }
  if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    const detail = 'Bidirectional mount propagation is available only to privileged containers';
    errors.push(forbidden(`${field}.mountPropagation`, detail));
  }
  const recursive = `${field}.recursiveReadOnly`;
  if (recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible') {
    if (readOnly !== true) errors.push(forbidden(recursive, 'may only be specified when readOnly is true'));
    if (mountPropagation !== undefined && mountPropagation !== 'None') {
      errors.push(forbidden(recursive, 'may only be specified when mountPropagation is None or not specified'));
    }
  } else if (recursiveReadOnly !== undefined && recursiveReadOnly !== 'Disabled') {
    errors.push(notSupported(recursive, json(recursiveReadOnly), ['Disabled', 'Enabled', 'IfPossible']));
  }
  return errors;
}

/** Block devices come from claims. */
export function validateDevices(container: Container, volumes: Volumes, field: string): FieldError[] {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const names = new Set<string>();
  const paths = new Set<string>();
  return volumeDevices.flatMap(({ name = '', devicePath = '' }, index) => {
    const at = `${field}[${index}]`;
    const volume = volumes.get(name);
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, 'must be unique'));
    if (volume === undefined) errors.push(notFound(`${at}.name`, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${at}.name`, name, detail));
    }
    if (devicePath === '') errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'));
    if (validateNoBacksteps(devicePath, '').length > 0) {
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (volumeMounts.some((mount) => mount.name === name)) {
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (volumeMounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    names.add(name);
    return errors;
  });
}
