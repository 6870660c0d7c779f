import { readManifest } from '../../src/learn/data/dataset.ts';
import { readFitted } from '../../src/learn/data/fitted/artifact.ts';
import { factsOf } from '../../src/learn/models/lint/facts.ts';
import { lint, lintNotice, refuseErrors } from '../../src/learn/models/lint/lint.ts';
import { outlineOf } from '../../src/learn/models/outline.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Training } from '../../src/learn/training/train.ts';
import type { LintFinding } from '../../src/types/model-program.ts';
import type { StageContext } from '../../src/types/stage.ts';
import type { TrainParams } from './params.ts';

/**
 * Holds the network against the data before it is trained, and tells what speaks against it.
 *
 * @throws StageError where it cannot become what it is trained for.
 */
export const lintTraining = async (
  { deps, params, notice }: StageContext<TrainParams>,
  { network, train, batchSize }: Training,
): Promise<LintFinding[]> => {
  const manifest = await readManifest(pathOf(deps, 'train'));
  const fitted = deps['fitted'] === undefined ? undefined : await readFitted(deps['fitted']);
  const data = factsOf(manifest, train, fitted);
  const findings = lint({ outline: outlineOf(network), data, batchSize }, params.lint);
  for (const finding of findings)
    if (finding.severity === 'warning' && finding.ignored === undefined) notice(lintNotice(finding));
  refuseErrors(findings);
  return findings;
};
