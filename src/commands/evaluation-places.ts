import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { acceptedFolder } from '../load/gates.ts';
import { findProject } from '../load/project.ts';
import { outPath } from '../plan/inputs.ts';
import type { DecidingOrder, EvaluationPlace } from '../types/serving-program.ts';
import type { ModelPlace } from './model-place.ts';
import { UserMistake } from './user-mistake.ts';

/** By what a model's answers are taken: what was asked for, and which evaluations can have chosen thresholds for it. */
export const decidingOf = (
  model: ModelPlace,
  { threshold, evaluation }: { readonly threshold: readonly string[]; readonly evaluation?: string },
): DecidingOrder => ({
  thresholds: threshold,
  evaluations: evaluation === undefined ? placesOf(model) : [namedPlace(evaluation)],
});

const namedPlace = (path: string): EvaluationPlace => {
  if (existsSync(path)) return { path: resolve(path), name: path, rule: 'needed' };
  throw new UserMistake(
    `${path} does not exist`,
    'name the evaluation.json of the evaluation whose thresholds are meant',
  );
};

/** Of an accepted model what was accepted with it; of a pipeline's model its evaluate stages; of a folder what stands near. */
const placesOf = ({ folder, pipeline, out }: ModelPlace): readonly EvaluationPlace[] => {
  const { root } = findProject(process.cwd());
  if (pipeline === undefined) return nearby(folder, root);
  if (out === undefined) {
    const path = outPath(pipeline.name, acceptedFolder, evaluationFile);
    return [{ path: join(root, path), name: `${acceptedFolder}/${evaluationFile}`, rule: 'meant' }];
  }
  return [...pipeline.stages.values()].flatMap(({ name, deps, outs, ...stage }): EvaluationPlace[] => {
    const judged = deps['model'];
    const path = outs['evaluation']?.path;
    if (stage.kind !== 'uses' || stage.type.name !== 'evaluate' || path === undefined) return [];
    if (judged?.kind !== 'stage' || `${judged.stage}.${judged.out}` !== out) return [];
    const rule = deps['validation'] === undefined ? 'found' : 'needed';
    return [{ path: join(root, outPath(pipeline.name, name, path)), name, rule }];
  });
};

const evaluationFile = 'evaluation.json';

/**
 * Evaluations beside a folder that lies in `artifacts/<pipeline>/<stage>/`: those that judged this very model count, whatever
 * the pipeline says of them by now. A folder elsewhere has none.
 */
const nearby = (folder: string, root: string): readonly EvaluationPlace[] => {
  const [artifacts, pipeline, stage, ...more] = relative(root, folder).split(sep);
  if (artifacts !== 'artifacts' || pipeline === undefined || stage === undefined || more.length === 0) return [];
  const around = join(root, artifacts, pipeline);
  const isAccepted = stage.replace(/^\./, '') === acceptedFolder;
  const folders = isAccepted
    ? [dirname(folder)]
    : readdirSync(around).sort().filter((name) => !name.startsWith('.') && name !== acceptedFolder).map((name) => join(around, name)); // biome-ignore format: one chain
  return folders
    .map((each) => join(each, evaluationFile))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, name: relative(around, dirname(path)).split(sep).join('/'), rule: 'found' as const }));
};
