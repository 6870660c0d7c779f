import { curveChart } from '../../../src/page/charts/curves.ts';
import { html } from '../../../src/page/html.ts';
import type { ClassificationEvaluation, LabelsEvaluation } from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { plural } from '../words.ts';

type Curves = NonNullable<ClassificationEvaluation['curves']>;
type Curved = ClassificationEvaluation | LabelsEvaluation;

/** ROC, precision and recall, and calibration; null where the evaluation has no curves. */
export const curvesSection = async (evaluation: Curved): Promise<Section | null> => {
  const { curves = [], kind } = evaluation;
  const { reliability = [] } = kind === 'classification' ? evaluation : {};
  const word = kind === 'classification' ? 'class' : 'label';
  const drawn = chosen(evaluation).filter(({ roc }) => roc.length > 0);
  if (drawn.length === 0) return null;
  return {
    id: 'curves',
    heading: 'Every threshold',
    body: html`<p class="explain">What would be found, and what falsely, if a ${word} were taken from one probability on or another.${
      drawn.length < curves.length &&
      ` Of ${plural(curves.length, word)} the ${drawn.length} with the smallest area under ROC are drawn.`
    }</p>
<div class="charts">${await Promise.all([rocChart(drawn, evaluation), recallChart(drawn), ...calibration(reliability)])}</div>`,
  };
};

/** As many as a chart can tell apart: of two classes the positive one, else those that are told apart worst. */
const chosen = (evaluation: Curved): Curves => {
  const { curves = [], classes, per_class } = evaluation;
  const positive = evaluation.kind === 'classification' ? evaluation.positive : undefined;
  if (evaluation.kind === 'classification' && classes.length === 2)
    return curves.filter((each) => each.class === (positive ?? classes[1]));
  const area = (name: string): number => per_class.find((row) => row.class === name)?.roc_auc?.value ?? 2;
  return curves.toSorted((a, b) => area(a.class) - area(b.class)).slice(0, 4);
};

const named = (curves: Curves, points: (each: Curves[number]) => readonly (readonly number[])[]) =>
  curves.map((each) => ({ name: each.class, points: points(each).map(([x = 0, y = 0]) => [x, y] as const) }));

const rocChart = (drawn: Curves, { per_class }: Curved) =>
  curveChart({
    heading: 'ROC',
    description: drawn
      .map(
        (each) =>
          `${each.class}: area ${per_class.find((row) => row.class === each.class)?.roc_auc?.value.toFixed(3) ?? 'not known'}`,
      )
      .join(', '),
    xLabel: 'false alarms, of all others',
    yLabel: 'found, of the class',
    curves: named(drawn, ({ roc }) => [[0, 0], ...roc, [1, 1]]),
    reference: [
      [0, 0],
      [1, 1],
    ],
    caption: 'The nearer to the upper left corner, the better; on the dashed line it is chance.',
  });

const recallChart = (drawn: Curves) =>
  curveChart({
    heading: 'Precision and recall',
    description: `Precision over recall of ${drawn.map((each) => each.class).join(', ')}`,
    xLabel: 'recall',
    yLabel: 'precision',
    curves: named(drawn, (each) => each.precision_recall),
    caption: 'What is found of the class, and how much of what is taken for it is right.',
  });

const calibration = (bins: NonNullable<ClassificationEvaluation['reliability']>) =>
  bins.length === 0
    ? []
    : [
        curveChart({
          heading: 'Calibration',
          description: bins
            .map(({ probability, share }) => `${probability.toFixed(2)}: ${share.value.toFixed(2)}`)
            .join(', '),
          xLabel: 'probability that was said',
          yLabel: 'share that was right',
          curves: [
            { name: 'model', points: bins.map(({ probability, share }) => [probability, share.value] as const) },
          ],
          reference: [
            [0, 0],
            [1, 1],
          ],
          marked: true,
          caption: 'On the dashed line probabilities can be taken at their word; below it the model is too sure.',
        }),
      ];
