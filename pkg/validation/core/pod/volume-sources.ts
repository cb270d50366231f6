/** What each kind of volume must say. */
import type { FieldError } from '../../../api/field-error.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../../errors.ts';
import { dnsSubdomainProblems } from '../../formats/dns.ts';
import { parseQuantity } from '../../formats/quantity.ts';
import { type FieldRef, type ResourceRef, validateFieldRef, validateResourceRef } from './env.ts';
import { validateFilePath, validateNoBacksteps } from './paths.ts';
import type { Volume } from './types.ts';

/** In upstream's order, in which the first one counts. `shownAs`: where its path differs from the field. */
export const volumeSources: readonly { readonly key: keyof Volume; readonly shownAs?: string }[] = [
  { key: 'emptyDir' },
  { key: 'hostPath' },
  { key: 'gitRepo' },
  { key: 'gcePersistentDisk' },
  { key: 'awsElasticBlockStore' },
  { key: 'secret' },
  { key: 'nfs' },
  { key: 'iscsi' },
  { key: 'glusterfs' },
  { key: 'flocker' },
  { key: 'persistentVolumeClaim' },
  { key: 'rbd' },
  { key: 'cinder' },
  { key: 'cephfs', shownAs: 'cephFS' },
  { key: 'quobyte' },
  { key: 'downwardAPI', shownAs: 'downwarAPI' },
  { key: 'fc' },
  { key: 'flexVolume' },
  { key: 'configMap' },
  { key: 'azureFile' },
  { key: 'vsphereVolume' },
  { key: 'photonPersistentDisk' },
  { key: 'portworxVolume' },
  { key: 'azureDisk' },
  { key: 'storageos' },
  { key: 'projected' },
  { key: 'scaleIO' },
  { key: 'csi' },
  { key: 'ephemeral' },
  { key: 'image' },
];

const modeRule = 'must be a number between 0 and 0777 (octal), both inclusive';
const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

const needed = (value: string | undefined, field: string): FieldError[] => (value ? [] : [required(field)]);

const validateMode = (mode: number | undefined, field: string): FieldError[] =>
  mode !== undefined && (mode > 0o777 || mode < 0) ? [invalid(field, mode, modeRule)] : [];

export function validateVolumeSource(volume: Volume, key: keyof Volume, field: string): FieldError[] {
  switch (key) {
    case 'emptyDir':
      return validateEmptyDir(volume.emptyDir, field);
    case 'hostPath':
      return validateHostPath(volume.hostPath, field);
    case 'secret':
      return validateFiles(volume.secret?.secretName, 'secretName', volume.secret, field);
    case 'configMap':
      return validateFiles(volume.configMap?.name, 'name', volume.configMap, field);
    case 'nfs':
      return validateNfs(volume.nfs, field);
    case 'persistentVolumeClaim':
      return needed(volume.persistentVolumeClaim?.claimName, `${field}.claimName`);
    case 'downwardAPI':
      return validateDownward(volume.downwardAPI, field);
    case 'projected':
      return validateProjected(volume.projected, field);
    case 'csi':
      return validateCsi(volume.csi, field);
    case 'ephemeral':
      return volume.ephemeral?.volumeClaimTemplate === undefined ? [required(`${field}.volumeClaimTemplate`)] : [];
    case 'image':
      return needed(volume.image?.reference, `${field}.reference`);
    default:
      return [];
  }
}

function validateEmptyDir(source: Volume['emptyDir'], field: string): FieldError[] {
  const limit = parseQuantity(source?.sizeLimit ?? '');
  return limit !== undefined && limit < 0n
    ? [forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
    : [];
}

function validateHostPath(source: Volume['hostPath'], field: string): FieldError[] {
  const { path = '', type } = source ?? {};
  if (path === '') return [required(`${field}.path`)];
  return [
    ...validateNoBacksteps(path, `${field}.path`),
    ...(type === undefined || hostPathTypes.includes(type)
      ? []
      : [notSupported(`${field}.type`, json(type), hostPathTypes)]),
  ];
}

interface Files {
  readonly defaultMode?: number;
  readonly items?: readonly { readonly key?: string; readonly path?: string; readonly mode?: number }[];
}

function validateFiles(
  name: string | undefined,
  nameField: string,
  source: Files | undefined,
  field: string,
): FieldError[] {
  return [
    ...needed(name, `${field}.${nameField}`),
    ...validateMode(source?.defaultMode, `${field}.defaultMode`),
    ...validateItems(source, field),
  ];
}

function validateItems(source: Files | undefined, field: string): FieldError[] {
  return (source?.items ?? []).flatMap(({ key, path = '', mode }, index) => {
    const at = `${field}.items[${index}]`;
    return [
      ...needed(key, `${at}.key`),
      ...needed(path, `${at}.path`),
      ...validateFilePath(path, `${at}.path`),
      ...validateMode(mode, `${at}.mode`),
    ];
  });
}

function validateNfs(source: Volume['nfs'], field: string): FieldError[] {
  const { server, path = '' } = source ?? {};
  return [
    ...needed(server, `${field}.server`),
    ...needed(path, `${field}.path`),
    ...(path.startsWith('/') ? [] : [invalid(`${field}.path`, path, 'must be an absolute path')]),
  ];
}

interface DownwardItem {
  readonly path?: string;
  readonly mode?: number;
  readonly fieldRef?: FieldRef;
  readonly resourceFieldRef?: ResourceRef;
}

/** Items are reported at the source: upstream gives them no index. */
function validateDownward(source: Volume['downwardAPI'], field: string): FieldError[] {
  const items: readonly DownwardItem[] = source?.items ?? [];
  return [
    ...validateMode(source?.defaultMode, `${field}.defaultMode`),
    ...items.flatMap((item) => validateDownwardItem(item, field)),
  ];
}

function validateDownwardItem(
  { path = '', mode, fieldRef, resourceFieldRef }: DownwardItem,
  field: string,
): FieldError[] {
  const errors = [...needed(path, `${field}.path`), ...validateFilePath(path, `${field}.path`)];
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, volumeFields, `${field}.fieldRef`));
    if (resourceFieldRef) {
      errors.push(invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (resourceFieldRef) errors.push(...validateResourceRef(resourceFieldRef, `${field}.resourceFieldRef`, true));
  else errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...validateMode(mode, `${field}.mode`)];
}

/** Several sources write into one directory, each to paths of its own. */
function validateProjected(source: Volume['projected'], field: string): FieldError[] {
  const seen = new Set<string>();
  const claim = (shown: string, path: string | undefined): FieldError[] => {
    const taken = path !== undefined && path !== '' && seen.has(path);
    if (path) seen.add(path);
    return taken ? [invalid(field, shown, 'conflicting duplicate paths')] : [];
  };
  const errors = validateMode(source?.defaultMode, `${field}.defaultMode`);
  for (const [index, part] of (source?.sources ?? []).entries()) {
    const { secret, configMap, downwardAPI, serviceAccountToken } = part;
    const at = `${field}.sources[${index}]`;
    for (const [name, files] of [
      ['secret', secret],
      ['configMap', configMap],
    ] as const) {
      if (files === undefined) continue;
      errors.push(...needed(files.name, `${at}.${name}.name`), ...validateItems(files, `${at}.${name}`));
      errors.push(...(files.items ?? []).flatMap(({ path }) => claim(files.name ?? '', path)));
    }
    const items: readonly DownwardItem[] = downwardAPI?.items ?? [];
    errors.push(
      ...items.flatMap((item) => [
        ...validateDownwardItem(item, `${at}.downwardAPI`),
        ...claim(item.path ?? '', item.path),
      ]),
    );
    if (serviceAccountToken) errors.push(...validateToken(serviceAccountToken, `${at}.serviceAccountToken`, field));
    const given = Object.values(part).filter((each) => each !== undefined).length;
    if (given > 1) errors.push(forbidden(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

/** The path is reported at the volume. */
function validateToken(
  { expirationSeconds = 0, path = '' }: { expirationSeconds?: number; path?: string },
  field: string,
  volume: string,
): FieldError[] {
  const at = `${field}.expirationSeconds`;
  const refuse = (detail: string): FieldError => invalid(at, expirationSeconds, `may not specify a duration ${detail}`);
  return [
    ...(expirationSeconds < 600 ? [refuse('less than 10 minutes')] : []),
    ...(expirationSeconds > 2 ** 32 ? [refuse('larger than 2^32 seconds')] : []),
    ...(path === '' ? [required(`${volume}.path`)] : validateFilePath(path, `${volume}.path`)),
  ];
}

function validateCsi(source: Volume['csi'], field: string): FieldError[] {
  const { driver = '', nodePublishSecretRef } = source ?? {};
  const secret = nodePublishSecretRef?.name ?? '';
  return [
    ...(driver === ''
      ? [required(`${field}.driver`)]
      : invalidEach(`${field}.driver`, driver, dnsSubdomainProblems(driver.toLowerCase()))),
    ...(nodePublishSecretRef === undefined || secret !== '' ? [] : [required(`${field}.nodePublishSecretRef.name`)]),
  ];
}
