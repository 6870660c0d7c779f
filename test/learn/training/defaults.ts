import type { LayerItem, ListParams } from '../../../src/learn/models/list/items.ts';
import type { ModelParams } from '../../../src/learn/models/presets.ts';
import type { OptimizerParams } from '../../../src/learn/training/optimizers/make.ts';
import type { ScheduleParams } from '../../../src/learn/training/schedules/make.ts';
import { fillDefaults } from '../../../src/load/fill-defaults.ts';
import type { Json, JsonObject } from '../../../src/types/json.ts';
import declaration from '../../../stages/train/stage.json' with { type: 'json' };

/** Params of a model as train gets them: stage.json's defaults filled in. */
export const modelParams = (params: SomeModel): NamedModel => filled('model', params);

/** The same of a list of layers. */
export const listParams = (params: Partial<ListParams> & { readonly layers: readonly LayerItem[] }): ListParams =>
  filled('model', params);

/** Params of an optimizer as train gets them. */
export const optimizerParams = (params: SomeOptimizer): OptimizerParams => filled('optimizer', params);

/** Params of a schedule as train gets them. */
export const scheduleParams = (params: object): ScheduleParams => filled('schedule', params);

const filled = <Params>(key: string, params: object): Params => {
  const schema = declaration.params as unknown as JsonObject;
  const all = fillDefaults(schema, { [key]: structuredClone(params) as Json }) as JsonObject;
  return all[key] as Params;
};

interface Branch {
  readonly properties: { readonly name: { readonly const: string } };
}

/** All that there are. */
export const scheduleNames = (declaration.params.properties.schedule as unknown as { oneOf: Branch[] }).oneOf.map(
  (branch) => branch.properties.name.const,
);

/** Params as people write them. */
export type SomeModel = Each<NamedModel>;
type NamedModel = Exclude<ModelParams, ListParams>;
type Each<Params> = Params extends NamedModel ? Some<Params, 'preset'> : never;
export type SomeOptimizer = OptimizerParams extends infer One
  ? One extends OptimizerParams
    ? Some<One, 'name'>
    : never
  : never;

type Some<Params, Name extends keyof Params> = Pick<Params, Name> & Partial<Params>;
