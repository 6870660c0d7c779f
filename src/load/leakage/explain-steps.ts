import type { Finding, JsonDocument } from '../finding.ts';
import { keyAt, valueAt } from '../finding.ts';
import type { FlowPipeline } from './flow.ts';
import { areEqual, type Mistake, type Prepared, type StepsFound } from './steps.ts';

interface Scene extends StepsFound {
  readonly flow: FlowPipeline;
}

/** Mistakes with fitted steps, each with the stages that rows have gone through, and the out that is to be read instead. */
export const explainSteps = (scene: Scene, document: JsonDocument): readonly Finding[] =>
  scene.mistakes.map((mistake) => {
    const { stage, dep } = mistake;
    const isGiven = scene.flow.stages.get(stage)?.deps[dep] !== undefined;
    const spot = isGiven ? valueAt(document, 'stages', stage, 'deps', dep) : keyAt(document, 'stages', stage);
    return { ...told(mistake, scene), spot };
  });

const told = (mistake: Mistake, scene: Scene): Pick<Finding, 'code' | 'message' | 'hint'> => {
  const { stage, dep } = mistake;
  const of = (name: string) => depOf(stage, name, scene);
  const here = of(dep);
  switch (mistake.kind) {
    case 'otherwise': {
      const like = of(mistake.like);
      const instead = find(scene, (out) => areEqual(out.steps, like.steps) && isAlike(out, here));
      return {
        code: 'prepared-otherwise',
        message: `stage "${stage}" holds against each other what was prepared otherwise: its dep "${mistake.like}" has gone through ${chain(like.steps)}, and "${dep}" through ${chain(here.steps)}`,
        hint: `${instead === undefined ? 'give both the same fitted stages, in the same order' : `let "${dep}" read ${instead}`}: only what is prepared as train was can be chosen by or judged on`,
      };
    }
    case 'incomplete': {
      const { steps } = of(mistake.rows);
      const instead = find(scene, ({ listed }) => areEqual(listed, steps));
      const listed = here.listed === undefined ? 'is not given' : `lists ${chain(here.listed)}`;
      return {
        code: 'fitted-incomplete',
        message: `the dep "${dep}" of stage "${stage}" ${listed}, and its dep "${mistake.rows}" has gone through ${chain(steps)}`,
        hint: `what travels with the model has to make raw rows into what it was trained on: ${instead === undefined ? 'let each fitted stage go on from the one before it' : `give it "${dep}": "${instead}"`}`,
      };
    }
    case 'not raw': {
      const instead = find(scene, (out) => out.steps?.length === 0 && isAlike(out, here));
      return {
        code: 'rows-not-raw',
        message: `stage "${stage}" looks at rows as they are, and its dep "${dep}" has gone through ${chain(here.steps)}`,
        hint: `${instead === undefined ? 'let it read what split hands on' : `let it read ${instead}`}: what is scaled, filled or encoded no longer shows what betrays a leak`,
      };
    }
  }
};

const depOf = (stage: string, dep: string, { flow, prepared }: Scene): Partial<Prepared> => {
  const source = flow.stages.get(stage)?.deps[dep];
  if (source?.kind === 'files') return { steps: [] };
  return source?.kind === 'stage' ? (prepared.get(`${source.stage}.${source.out}`) ?? {}) : {};
};

const isAlike = (out: Prepared, { roles = new Set() }: Partial<Prepared>): boolean =>
  out.isHeld && roles.size > 0 && out.roles.size === roles.size && [...roles].every((role) => out.roles.has(role));

/** The first such out of the pipeline. */
const find = ({ prepared }: Scene, test: (out: Prepared) => boolean): string | undefined =>
  [...prepared].find(([, out]) => test(out))?.[0];

const chain = (steps: readonly string[] = []): string =>
  steps.length === 0 ? 'no fitted stage' : steps.map((step) => `"${step}"`).join(', ');
