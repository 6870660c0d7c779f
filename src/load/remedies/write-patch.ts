import { applyEdits, modify } from 'jsonc-parser';
import type { PatchOperation } from '../../types/generated/diagnosis.ts';
import type { Json } from '../../types/json.ts';
import { applyPatch, pathIn } from './patch.ts';

/**
 * The text of a JSON file with a patch applied that fits it: what the patch does not touch keeps its very bytes, and what
 * it adds is laid out as the rest.
 *
 * @param text as it stands in the file, without a byte order mark.
 * @throws Error where the patch does not fit: `applyPatch` says so before.
 */
export const patchText = (text: string, patch: readonly PatchOperation[]): string => {
  const formattingOptions = formatOf(text);
  let now = text;
  for (const operation of patch) {
    const json = JSON.parse(now) as Json;
    if (!applyPatch(json, [operation]).ok) throw new Error(`${operation.path} finds no place`);
    const path = pathIn(json, operation.path);
    const value = operation.op === 'remove' ? undefined : operation.value;
    const isArrayInsertion = operation.op === 'add' && typeof path.at(-1) === 'number';
    now = applyEdits(now, modify(now, [...path], value, { formattingOptions, isArrayInsertion }));
  }
  return now;
};

/** As the first line that is indented, and the first line end. */
const formatOf = (text: string) => {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const insertSpaces = !indent.startsWith('\t');
  return { insertSpaces, tabSize: insertSpaces ? indent.length : 1, eol: text.includes('\r\n') ? '\r\n' : '\n' };
};
