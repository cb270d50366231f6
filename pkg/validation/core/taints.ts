/** Taints of Nodes. */
import type { FieldError } from '../../api/field-error.ts';
import { duplicate, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { labelKeyProblems, labelValueProblems } from '../formats/labels.ts';

export const taintEffects: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export interface Taint {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly timeAdded?: string;
}

/** Unique by key and effect. */
export function validateTaints(taints: readonly Taint[], field: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    const { key = '', value = '', effect = '' } = taint;
    const at = `${field}[${index}]`;
    const faults = labelValueProblems(value);
    const errors = [
      ...invalidEach(`${at}.key`, key, labelKeyProblems(key)),
      ...(faults.length > 0 ? [invalid(`${at}.value`, value, faults.join(';'))] : []),
      ...validateTaintEffect(effect, `${at}.effect`),
    ];
    const pair = `${effect} ${key}`;
    if (seen.has(pair)) {
      const shown = json({ Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null });
      const repeated = duplicate(at, shown);
      errors.push({ ...repeated, message: `${repeated.message}: taints must be unique by key and effect pair` });
    }
    seen.add(pair);
    return errors;
  });
}

function validateTaintEffect(effect: string, field: string): FieldError[] {
  if (effect === '') return [required(field)];
  return taintEffects.includes(effect) ? [] : [notSupported(field, json(effect), taintEffects)];
}
