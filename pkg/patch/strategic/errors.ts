/** Refusals of strategic merge patch. The first four are the client's fault in upstream's eyes, the others are not mapped. */
import { badRequest, type StatusError } from '../../api/status.ts';
import { doesNotApply, unmapped } from '../json/errors.ts';
import { printString, printValue, typeName } from '../json/go-print.ts';
import type { JsonObject } from '../json/json-object.ts';

export const badPrimitiveList = (): StatusError => badRequest('invalid patch format of primitive list');
export const badRetainKeys = (): StatusError => badRequest('invalid patch format of retainKeys');
export const badElementOrder = (): StatusError => badRequest('invalid patch format of setElementOrder list');
export const unsupportedFormat = (): StatusError => badRequest('strategic merge patch format is not supported');

export const listOfLists = (): StatusError => doesNotApply('lists of lists are not supported');

export const noMergeKey = (item: JsonObject, mergeKey: string): StatusError =>
  unmapped(`map: ${printValue(item)} does not contain declared merge key: ${mergeKey}`);

export const wrongType = (expected: 'map[string]interface {}' | '[]interface {}', actual: unknown): StatusError =>
  unmapped(`expected a ${expected}, but received a ${actual === null ? '%!s(<nil>)' : typeName(actual)}`);

export const unknownDirective = (value: unknown, item: JsonObject): StatusError =>
  unmapped(`unknown patch type: ${printString(value)} in map: ${printValue(item)}`);

export const mergeInList = (): StatusError => unmapped('merging lists cannot yet be specified in the patch');

export const mixedElements = (lists: readonly (readonly unknown[])[]): StatusError =>
  unmapped(`list element types are not identical: ${printValue(lists)}`);

export const noElements = (): StatusError => unmapped('no elements in any of the given slices');

export const nullElement = (): StatusError => unmapped('null is no element of a merged list');

export const noMap = (index: number): StatusError => unmapped(`value for key ${index} is not a map`);

export const listWithoutMergeKey = (): StatusError => unmapped('cannot merge lists without merge key for struct');

export const orderMismatch = (patch: readonly unknown[], order: readonly unknown[]): StatusError =>
  unmapped(
    `The order in patch list:\n${printValue(patch)}\n doesn't match $setElementOrder list:\n${printValue(order)}\n`,
  );

export const unknownField = (struct: string, field: string): StatusError =>
  unmapped(`unable to find api field in struct ${struct} for the json field ${JSON.stringify(field)}`);

export const notAStruct = (goKind: string): StatusError =>
  unmapped(`merging an object in json but data type is not struct, instead is: ${goKind}`);
