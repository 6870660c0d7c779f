import { formatMetric } from '../../src/learn/metrics/format.ts';
import { factsOf } from '../../src/learn/metrics/names.ts';

/** Metrics as people call them, and what each says, in a phrase. */
export const metricWords: Readonly<Record<string, { readonly name: string; readonly says: string }>> = {
  accuracy: { name: 'Accuracy', says: 'Share of the examples whose class was predicted' },
  macro_precision: { name: 'Macro precision', says: 'Precision, averaged over the classes' },
  macro_recall: { name: 'Macro recall', says: 'Recall, averaged over the classes' },
  macro_f1: { name: 'Macro F1', says: 'F1, averaged over the classes: rare ones count as much' },
  balanced_accuracy: { name: 'Balanced accuracy', says: 'Recall, averaged over the classes that occur' },
  precision: { name: 'Precision', says: 'Of the examples taken for the positive class, the share that is it' },
  recall: { name: 'Recall', says: 'Of the positive class’s examples, the share that was found' },
  f1: { name: 'F1', says: 'Precision and recall of the positive class in one' },
  mcc: { name: 'MCC', says: 'How predicted and actual classes go along: 0 by chance, 1 at best' },
  kappa: { name: 'Kappa', says: 'Agreement beyond that of chance' },
  mean_cost: { name: 'Mean cost', says: 'What an answer costs on average' },
  roc_auc: { name: 'ROC-AUC', says: 'How surely an example of the positive class stands before another one' },
  average_precision: { name: 'Average precision', says: 'Precision over all recalls of the positive class' },
  log_loss: { name: 'Log loss', says: 'How surprised the model is by the truth, in nats' },
  brier: { name: 'Brier score', says: 'Squared error of the probabilities' },
  ece: { name: 'Calibration error', says: 'How far probabilities are from how often it is so' },
  subset_accuracy: { name: 'Subset accuracy', says: 'Share of the examples whose labels are all right' },
  hamming_loss: { name: 'Hamming loss', says: 'Share of all single answers, label by label, that are wrong' },
  micro_precision: { name: 'Micro precision', says: 'Of all that was taken, the share that is right' },
  micro_recall: { name: 'Micro recall', says: 'Of all that there is, the share that was found' },
  micro_f1: { name: 'Micro F1', says: 'Precision and recall of all answers together in one' },
  samples_precision: { name: 'Samples precision', says: 'Precision of each example’s labels, averaged' },
  samples_recall: { name: 'Samples recall', says: 'Recall of each example’s labels, averaged' },
  samples_f1: { name: 'Samples F1', says: 'F1 of each example’s labels, averaged' },
  macro_roc_auc: { name: 'Macro ROC-AUC', says: 'ROC-AUC, averaged over the classes' },
  macro_average_precision: {
    name: 'Macro average precision',
    says: 'Average precision, averaged over the classes (mAP)',
  },
  ap: { name: 'mAP', says: 'Average precision over the overlaps 0.5 to 0.95, averaged over the labels' },
  ap50: { name: 'mAP at 0.5', says: 'Boxes count as found from half an overlap on' },
  ap75: { name: 'mAP at 0.75', says: 'Boxes count as found from three quarters of an overlap on' },
  ap_small: { name: 'mAP, small', says: 'Of boxes of less than 32² pixels' },
  ap_medium: { name: 'mAP, medium', says: 'Of boxes of 32² to 96² pixels' },
  ap_large: { name: 'mAP, large', says: 'Of boxes of more than 96² pixels' },
  ar_1: { name: 'Recall, 1 box', says: 'Share that the best box of each image and label finds' },
  ar_10: { name: 'Recall, 10 boxes', says: 'Share that the best 10 boxes of each image and label find' },
  ar_100: { name: 'Recall, 100 boxes', says: 'Share that the best 100 boxes of each image and label find' },
  ar_small: { name: 'Recall, small', says: 'Of boxes of less than 32² pixels' },
  ar_medium: { name: 'Recall, medium', says: 'Of boxes of 32² to 96² pixels' },
  ar_large: { name: 'Recall, large', says: 'Of boxes of more than 96² pixels' },
  mape: { name: 'MAPE', says: 'Average size of an error as a share of the value' },
  pinball: { name: 'Pinball loss', says: 'Error of a predicted quantile' },
  rmse: { name: 'RMSE', says: 'Typical size of an error, where large ones count more' },
  mae: { name: 'MAE', says: 'Average size of an error' },
  r2: { name: 'R²', says: 'Share of the target’s variance that the predictions explain' },
};

/** Metrics of which less is better. */
export const isError = (metric: string): boolean => factsOf(metric)?.mode === 'min';

export const nameOf = (metric: string): string => metricWords[metric]?.name ?? metric;

/** A share as a percentage, with one decimal, and more where it would read as 0 or 100 and is not. */
export const percent = (share: number): string => {
  let decimals = 1;
  const rounded = () => Math.round(share * 10 ** (decimals + 2)) / 10 ** decimals;
  while (share > 0 && share < 1 && (rounded() === 0 || rounded() === 100) && decimals < 6) decimals += 1;
  return `${rounded().toFixed(decimals)}\u00a0%`;
};

/** A whole number with commas between thousands, whatever the machine's language. */
export const count = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 example`, `2 examples`; a word that ends in s or x gets an e before. */
export const plural = (number: number, word: string): string => `${count(number)} ${number === 1 ? word : many(word)}`;

export const many = (word: string): string => `${word}${/[sx]$/.test(word) ? 'es' : 's'}`;

/** A feature's value: whole numbers as they are, others with three decimals. */
export const formatValue = (value: number): string => (Number.isInteger(value) ? String(value) : formatMetric(value));

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `a, b and c`. */
export const listOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
