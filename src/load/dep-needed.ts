import type { StageTypeDep, StageTypeFile } from '../types/generated/stage.ts';
import type { JsonObject } from '../types/json.ts';
import type { JsonDocument, Spot } from './finding.ts';
import { valueAt } from './finding.ts';
import { among } from './schema-words.ts';

/**
 * Why a stage cannot do without a dep, to go on after its name: "" where it never can, a clause where that is so for the
 * params that it is given. Undefined where it may be left out.
 */
export const whyNeeded = ({ optional, needed }: StageTypeDep, params: JsonObject): string | undefined => {
  if (optional !== true) return '';
  const isGiven = (param: string): boolean => Object.hasOwn(params, param);
  const { with: asking = [], without: sparing } = needed ?? {};
  const asks = asking.find(isGiven);
  if (asks !== undefined) return ` for params.${asks}`;
  if (sparing === undefined || sparing.some(isGiven)) return undefined;
  return `, since it is given no ${among(sparing.map((param) => `params.${param}`))}`;
};

/** What a stage type says of when a dep is needed names its params, and is of one that may be left out else. */
export const neededMistakes = (
  { name, document }: { readonly name: string; readonly document: JsonDocument },
  { deps = {}, params }: StageTypeFile,
): readonly { readonly message: string; readonly spot: Spot }[] =>
  Object.entries(deps).flatMap(([dep, { optional, needed }]) => {
    if (needed === undefined) return [];
    const known = (params?.['properties'] ?? {}) as JsonObject;
    const unknown = (['with', 'without'] as const).flatMap((key) =>
      (needed[key] ?? []).flatMap((param, index) =>
        Object.hasOwn(known, param)
          ? []
          : [
              {
                message: `"needed" of dep "${dep}" names "${param}", which is no param of "${name}"`,
                spot: valueAt(document, 'deps', dep, 'needed', key, index),
              },
            ],
      ),
    );
    const always = {
      message: `dep "${dep}" is not optional: it is needed always`,
      spot: valueAt(document, 'deps', dep, 'needed'),
    };
    return optional === true ? unknown : [always, ...unknown];
  });
