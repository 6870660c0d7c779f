import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { AcceptedFile } from '../../src/types/generated/accepted.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { TestProject } from '../rig/project.ts';

/** What the candidate reaches, and what the gate asks of it. */
export interface Asked {
  readonly accuracy: number;
  readonly params?: JsonObject;
  /** Something in the model that its accuracy does not tell. */
  readonly word?: string;
  readonly name?: string;
}

/** `p`: a model that is a number, an evaluation that says it, and a gate. Commands, so that a run takes a moment. */
export const writeGated = (
  project: TestProject,
  { accuracy, params = { change: { accuracy: { max_drop: 0 } } }, word = '', name = 'p' }: Asked,
): void => {
  project.write('evaluate.sh', evaluate);
  project.pipeline(
    {
      objective: { metric: 'accuracy', mode: 'max' },
      stages: {
        train: {
          run: 'mkdir {outs.model}; echo {params.accuracy} > {outs.model}/weights; echo {params.word} > {outs.model}/word',
          params: { accuracy, word },
          outs: { model: { path: 'model', type: 'model' } },
        },
        evaluate: {
          run: ['sh', 'evaluate.sh', '{deps.model}', '{outs.evaluation}'],
          deps: { model: 'train.model' },
          outs: { evaluation: { path: 'evaluation.json', type: 'evaluation' } },
        },
        gate: {
          uses: 'gate',
          deps: {
            evaluation: 'evaluate.evaluation',
            model: 'train.model',
            accepted: { accepted: 'evaluate.evaluation' },
          },
          params,
        },
      },
    },
    name,
  );
};

const evaluate = `a=$(cat $1/weights)
cat > $2 <<END
{ "format": "stemma-evaluation-v1", "kind": "classification", "rows": 100, "target": "y", "classes": ["a", "b"],
  "metrics": { "accuracy": { "value": $a, "low": $a, "high": $a } }, "per_class": [], "confusion": [[50, 0], [0, 50]],
  "baseline": { "name": "majority", "answer": "a", "metrics": { "accuracy": 0.5 } }, "wrong_rows": 0, "wrong": [] }
END
`;

/** What is published of a pipeline: accepted.json and the model's number; undefined where nothing is. */
export const publishedOf = (
  { root, read }: TestProject,
  pipeline = 'p',
): { readonly accepted: AcceptedFile; readonly weights: string; readonly leadsTo: string } | undefined => {
  const link = `artifacts/${pipeline}/accepted`;
  if (!existsSync(join(root, link))) return undefined;
  if (!lstatSync(join(root, link)).isSymbolicLink()) throw new Error(`${link} is no link`);
  return {
    accepted: JSON.parse(read(`${link}/accepted.json`)) as AcceptedFile,
    weights: read(`${link}/model/weights`).trim(),
    leadsTo: readlinkSync(join(root, link)),
  };
};
