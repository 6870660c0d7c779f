import { ofWords, type Tagged, taggedOf } from '../../src/learn/data/tagged.ts';
import type { TargetPart } from '../../src/learn/data/target-parts.ts';
import { StageError } from '../../src/learn/error.ts';
import { evaluateClasses } from '../../src/learn/evaluation/evaluate.ts';
import { checkSettings, chooseClassMetrics, settingsOf } from '../../src/learn/evaluation/metrics.ts';
import { tagTable } from '../../src/learn/evaluation/predictions.ts';
import { classSet } from '../../src/learn/metrics/class-set.ts';
import type { Common, Given, Judged, JudgingContext } from './given.ts';

/** Judges tags word by word; padding is no word, and intervals come from resamples of whole rows. */
export const judgeTags = (
  given: Given,
  { context, common, part }: { readonly context: JudgingContext; readonly common: Common; readonly part: TargetPart },
): Judged => {
  refuseOfRows(given);
  const { test } = given;
  const { params, objective } = context;
  const tagged = taggedOf(test.examples, part);
  if (tagged.examples.rows === 0) throw new StageError('dep test has no words to be judged by');
  const { classes } = tagged;
  const metrics = chooseClassMetrics(params.metrics, objective);
  const settings = settingsOf(classes, params, objective);
  checkSettings(metrics, classes, settings);
  const actual = tagged.examples.target as Int32Array;
  const probabilities = ofWords(test.outputs, tagged);
  const evaluation = evaluateClasses(probabilities, {
    ...{ ...common, ids: tagged.examples.ids, describe: () => ({}) },
    slicings: (common.slicings ?? []).map((slicing) => ({ ...slicing, parts: slicing.parts.map(inWords(tagged)) })),
    ...{ target: actual, classes, metrics, settings, groups: tagged.rows },
  });
  const set = classSet({ actual, probabilities, classes: classes.length });
  return { evaluation, table: tagTable(set, { ids: common.ids, classes, rows: tagged.rows }) };
};

/** A threshold, and what the baselines learn, are of one answer a row. */
const refuseOfRows = ({ validation, train }: Given): void => {
  const given = [
    ...(validation === undefined ? [] : ['dep validation is given: a threshold is chosen by it']),
    ...(train === undefined ? [] : ['dep train is given: baselines learn one answer a row from it']),
  ];
  if (given.length === 0) return;
  throw new StageError(
    `${given.join('; ')}; and the target is a tag for each word`,
    given.length === 1 ? 'leave the dep out' : 'leave both out',
  );
};

/** The words of some rows. */
const inWords =
  ({ rows }: Tagged) =>
  <Part extends { readonly rows: readonly number[] }>(part: Part): Part => {
    const wanted = new Set(part.rows);
    return { ...part, rows: [...rows.keys()].filter((word) => wanted.has(rows[word]!)) };
  };
