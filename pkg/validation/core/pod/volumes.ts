/** Volumes: one source each, names that containers can refer to. The sources in daily use are checked in depth. */
import type { FieldError } from '../../../api/field-error.ts';
import { duplicate, forbidden, invalid, invalidEach, required } from '../../errors.ts';
import { dnsLabelProblems } from '../../formats/dns.ts';
import type { PodRules, Volume, Volumes } from './types.ts';
import { validateVolumeSource, volumeSources } from './volume-sources.ts';

/** A volume that is at fault cannot be mounted either, which earns whoever mounts it a second finding. */
export function validateVolumes(
  volumes: readonly Volume[],
  podName: string,
  field: string,
  { isPod }: PodRules,
): { errors: FieldError[]; usable: Volumes } {
  const usable = new Map<string, Volume>();
  const created = new Set(
    volumes.flatMap(({ name, ephemeral }) => (ephemeral && podName ? [`${podName}-${name}`] : [])),
  );
  const errors = volumes.flatMap((volume, index) => {
    const at = `${field}[${index}]`;
    const { name = '', persistentVolumeClaim } = volume;
    const found = [
      ...validateOneSource(volume, at, isPod),
      ...(name === '' ? [required(`${at}.name`)] : invalidEach(`${at}.name`, name, dnsLabelProblems(name))),
      ...(usable.has(name) ? [duplicate(`${at}.name`, name)] : []),
    ];
    if (found.length === 0) usable.set(name, volume);
    const claim = persistentVolumeClaim?.claimName ?? '';
    if (persistentVolumeClaim && created.has(claim)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      found.push(invalid(`${at}.persistentVolumeClaim.claimName`, claim, detail));
    }
    return found;
  });
  return { errors, usable };
}

/** The first one counts. Templates may leave an image to be filled in. */
function validateOneSource(volume: Volume, field: string, isPod: boolean): FieldError[] {
  const [first, ...others] = volumeSources.filter(({ key }) => volume[key] !== undefined);
  if (first === undefined) return [required(field, 'must specify a volume type')];
  const open = first.key === 'image' && !isPod;
  return [
    ...(open ? [] : validateVolumeSource(volume, first.key, `${field}.${first.key}`)),
    ...others.map(({ key, shownAs = key }) =>
      forbidden(`${field}.${shownAs}`, 'may not specify more than 1 volume type'),
    ),
  ];
}
