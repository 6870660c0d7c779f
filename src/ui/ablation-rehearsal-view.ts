import type { AblationTextView } from './ablation-view.ts';
import { plural } from './format.ts';
import { oneLine, padEnd, widthOf, wrap } from './text.ts';

/** What an ablation would run. */
export interface AblationRehearsal {
  readonly pipeline: string;
  readonly variants: readonly {
    /** As `without augment`. */
    readonly label: string;
    /** Name of the pipeline. */
    readonly variant: string;
    readonly seed: number;
    /** Stages whose outs the store has. */
    readonly restored: readonly string[];
    /** Stages that are executed, unless what comes out above them is known. */
    readonly mayRun: readonly string[];
    readonly blocked?: string;
  }[];
  readonly refused: readonly { readonly step: string; readonly why: string }[];
}

/** A line a run. Ends with a line end. */
export const renderRehearsal = (rehearsal: AblationRehearsal, { paint, columns }: AblationTextView): string => {
  const { pipeline, variants, refused } = rehearsal;
  const labels = variants.map(({ label, seed }) => `${label}, seed ${seed}`);
  const width = Math.max(...labels.map(widthOf));
  const lines = variants.flatMap(({ restored, mayRun, blocked }, at) => {
    const runs =
      mayRun.length === 0 ? 'nothing to run' : `at most ${plural(mayRun.length, 'stage')} to run: ${mayRun.join(', ')}`;
    const text = blocked === undefined ? `${restored.length} restored; ${runs}` : `blocked: ${oneLine(blocked)}`;
    return wrap(text, Math.max(24, columns - width - 4)).map(
      (line, row) => `  ${padEnd(row === 0 ? labels[at]! : '', width)}  ${line}`,
    );
  });
  const refusals = refused.flatMap(({ step, why }) => wrap(`${step}: not left out: ${oneLine(why)}`, columns));
  const title = `${paint.bold(pipeline)}: ${plural(variants.length, 'run')} to compare; nothing is run now`;
  return [title, '', ...lines, ...(refusals.length > 0 ? ['', ...refusals] : []), ''].join('\n');
};
