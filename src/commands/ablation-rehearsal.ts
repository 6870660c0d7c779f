import { stepName } from '../load/ablation/step.ts';
import { type Variant, variantLabel } from '../load/ablation/variants.ts';
import { loadPipeline } from '../load/load-pipeline.ts';
import { planPipeline } from '../plan/plan.ts';
import { type AblationRehearsal, renderRehearsal } from '../ui/ablation-rehearsal-view.ts';
import { createPaint } from '../ui/paint.ts';
import type { AblationPlan } from './ablation-plan.ts';
import { openForReading } from './open-for-reading.ts';
import { columnsOf, useColor } from './terminal.ts';

/** `stemma ablate --dry-run`: which pipelines would be run, and which of their stages the store knows. Runs nothing. */
export const showRehearsal = async (plan: AblationPlan, { json }: { readonly json?: boolean }): Promise<number> => {
  const workspace = openForReading(plan.project);
  const variants: AblationRehearsal['variants'][number][] = [];
  for (const variant of [plan.whole, ...plan.variants])
    for (const seed of plan.seeds) variants.push(await rehearse(variant, seed, { plan, workspace }));
  workspace.statCache.save();
  const refused = plan.refused.map(({ step, why }) => ({ step: stepName(step), why }));
  const rehearsal = { pipeline: plan.pipeline.name, variants, refused };
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  process.stdout.write(json ? `${JSON.stringify(rehearsal, null, 2)}\n` : renderRehearsal(rehearsal, view));
  return variants.some(({ blocked }) => blocked !== undefined) ? 2 : 0;
};

const rehearse = async (
  variant: Variant,
  seed: number,
  { plan, workspace }: { readonly plan: AblationPlan; readonly workspace: ReturnType<typeof openForReading> },
): Promise<AblationRehearsal['variants'][number]> => {
  const { project, pipeline } = plan;
  const text = variant.text(seed);
  const loaded = await loadPipeline({ project, file: variant.file, text, backend: pipeline.backend });
  if (!loaded.ok) throw new Error(`${variant.file}: ${loaded.diagnostics[0]?.message}`);
  const targets = plan.targets.filter((name) => loaded.pipeline.stages.has(name));
  const stages = await planPipeline({ pipeline: loaded.pipeline, workspace, targets, force: false });
  const named = (...decisions: readonly string[]) =>
    stages.filter(({ decision }) => decisions.includes(decision)).map(({ stage }) => stage);
  const blocked = stages.find(({ decision }) => decision === 'blocked');
  return {
    ...{ label: variantLabel(variant), variant: variant.name, seed },
    ...{ restored: named('restore', 'up to date'), mayRun: named('will run', 'may run') },
    ...(blocked && { blocked: `stage "${blocked.stage}": ${blocked.because.join('; ')}` }),
  };
};
