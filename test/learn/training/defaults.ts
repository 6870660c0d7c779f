import type { LayerItem, ListParams } from '../../../src/learn/models/list/items.ts';
import type { PresetParams } from '../../../src/learn/models/presets.ts';
import type { AdamParams, OptimizerParams, SgdParams } from '../../../src/learn/training/optimizers.ts';
import { fillDefaults } from '../../../src/load/fill-defaults.ts';
import type { Json, JsonObject } from '../../../src/types/json.ts';
import declaration from '../../../stages/train/stage.json' with { type: 'json' };

/** Params of a model as train gets them: stage.json's defaults filled in. */
export const modelParams = (params: SomeModel): PresetParams => filled('model', params);

/** The same of a list of layers. */
export const listParams = (params: Partial<ListParams> & { readonly layers: readonly LayerItem[] }): ListParams =>
  filled('model', params);

/** Params of an optimizer as train gets them. */
export const optimizerParams = (params: SomeOptimizer): OptimizerParams => filled('optimizer', params);

const filled = <Params>(key: string, params: object): Params => {
  const schema = declaration.params as unknown as JsonObject;
  const all = fillDefaults(schema, { [key]: structuredClone(params) as Json }) as JsonObject;
  return all[key] as Params;
};

/** Params as people write them. */
export type SomeModel = Each<PresetParams>;
type Each<Params> = Params extends PresetParams ? Some<Params, 'preset'> : never;
export type SomeOptimizer = Some<SgdParams, 'name'> | Some<AdamParams, 'name'>;

type Some<Params, Name extends keyof Params> = Pick<Params, Name> & Partial<Params>;
