import type {
  DiagnosisBaseline,
  DiagnosisEvidence,
  DiagnosisFinding,
  DiagnosisGap,
  DiagnosisMemorization,
  Estimate,
} from '../../types/generated/diagnosis.ts';
import { formatInterval, formatMetric } from '../metrics/format.ts';
import type { Course } from './course.ts';
import { limits } from './course.ts';
import { againstAnEarlyEnd, againstOverfitting, againstUnderfitting } from './remedies/catalogue.ts';
import type { Subject } from './remedies/subject.ts';

/** All that is judged. */
export interface Evidence {
  /** By loss, then by accuracy or mae. */
  readonly gaps: readonly [DiagnosisGap, DiagnosisGap];
  readonly course: Course;
  readonly baselines: readonly DiagnosisBaseline[];
  readonly memorization: DiagnosisMemorization | undefined;
  readonly subject: Subject;
}

/** What is found, the gravest first. */
export const findingsOf = (evidence: Evidence): DiagnosisFinding[] => {
  const widens = overfitting(evidence);
  const found = [
    widens,
    underfitting(evidence),
    widens === undefined ? standingGap(evidence) : undefined,
    widens === undefined ? undertrained(evidence) : undefined,
    tooFewEpochs(evidence),
    memorized(evidence),
  ].filter((finding) => finding !== undefined);
  return found.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
};

const severities: readonly DiagnosisFinding['severity'][] = ['warning', 'note'];

/** The loss on validation rises while that on train does not: what is learnt then holds for train alone. */
const overfitting = ({ gaps, course: { rises, told }, subject }: Evidence): DiagnosisFinding | undefined => {
  if (!rises) return undefined;
  const { lowest, slope, rise, train_slope: trainSlope, p_value: pValue } = told;
  const last = told.smoothed.length;
  const kept = subject.kept > lowest ? ', and the weights that are kept are of a later one' : '';
  return {
    kind: 'overfitting',
    severity: 'warning',
    sentence: `after epoch ${lowest} of ${last} the loss on validation rises by ${short(slope!)} an epoch, ${formatMetric(rise!)} in all, while that on train ${trainSlope!.value < 0 ? 'falls' : 'stays'}${kept}`,
    evidence: [
      { name: 'onset', what: 'Epoch from which on the loss on validation rises', value: lowest },
      estimated('val_loss_slope', 'Change of the loss on validation by epoch after it', slope!),
      { name: 'p_value', what: 'Chance of such a slope where there is none', value: pValue! },
      { name: 'rise', what: 'Rise of the loss on validation until the last epochs', value: rise! },
      estimated('train_loss_slope', 'Change of the loss on train by epoch meanwhile', trainSlope!),
      ...gapEvidence(gaps),
    ],
    remedies: againstOverfitting(subject),
  };
};

/** Of the loss on validation, this share at least has to be missing on train. */
const standingShare = 0.25;
/** A gap in accuracy that is surely above this is worth a change. */
const largeGap = 0.05;

/**
 * Whether a gap is worth a change. Where labels are rare, nearly all are told right by who never tells one: of them, as of
 * numbers, it goes by the share of the errors on validation that train has not.
 */
const isLarge = ({ measure, gap, validation }: DiagnosisGap): boolean => {
  if (measure === 'accuracy') return gap.low > largeGap;
  const errors = measure === 'binary_accuracy' ? 1 - validation : validation;
  return gap.low > 0 && gap.value > standingShare * errors;
};

/** The model does better on train, and that is all that is known to be wrong. */
const standingGap = ({ gaps, course, subject }: Evidence): DiagnosisFinding | undefined => {
  const [loss, measure] = gaps;
  if (loss.gap.low <= 0 || loss.gap.value < standingShare * loss.validation) return undefined;
  const widening =
    course.told.after < limits.after
      ? `the loss on validation was lowest at epoch ${course.told.lowest} of ${course.told.smoothed.length}, too near the end to tell whether it would widen`
      : `the loss on validation does not rise by more than chance after its lowest, at epoch ${course.told.lowest} of ${course.told.smoothed.length}`;
  return {
    kind: 'standing-gap',
    severity: isLarge(measure) ? 'warning' : 'note',
    sentence: `${measure.measure} is ${formatMetric(measure.train)} on train and ${formatMetric(measure.validation)} on validation: a gap of ${formatInterval(measure.gap)}, and ${formatInterval(loss.gap)} in loss; ${widening}`,
    evidence: [...gapEvidence(gaps), ...courseEvidence(course)],
    remedies: againstOverfitting(subject),
  };
};

/**
 * Simple models do as well as the trained one does even on train; or it is no better than one that looks at nothing, and
 * does no better on train than here: else what it has learned does not carry over, which is another finding.
 */
const underfitting = ({ gaps: [loss, measure], baselines, subject }: Evidence): DiagnosisFinding | undefined => {
  const isWorse = (value: number, than: number) => (measure.better === 'more' ? value < than : value > than);
  const better = baselines.filter(({ value, ahead }) => ahead.high < 0 && isWorse(measure.train, value));
  const blind = baselines.filter(
    ({ name, ahead }) => ['majority', 'mean'].includes(name) && ahead.low <= 0 && measure.gap.low <= 0,
  );
  const by = better[0] ?? blind[0];
  if (by === undefined) return undefined;
  const isBlind = blind.includes(by);
  return {
    kind: 'underfitting',
    severity: 'warning',
    sentence: isBlind
      ? `on validation it is not surely better than an answer that looks at nothing (${by.name}, ${by.measure} ${formatMetric(by.value)}): ${formatMetric(measure.validation)}, ahead by ${formatInterval(by.ahead)}`
      : `even on train its ${measure.measure} is ${formatMetric(measure.train)}, and ${by.name} ${by.name.endsWith('s') ? 'reach' : 'reaches'} ${formatMetric(by.value)} on validation, where it is behind by ${formatMetric(-by.ahead.value)}`,
    evidence: [
      { name: `train_${measure.measure}`, what: `${measure.measure} on train`, value: measure.train },
      { name: `val_${measure.measure}`, what: `${measure.measure} on validation`, value: measure.validation },
      { name: 'baseline', what: `${by.measure} of ${by.name} on validation`, value: by.value },
      estimated('ahead', `By how much the model is better than ${by.name}`, by.ahead),
      estimated('gap_loss', 'Loss on validation less that on train', loss.gap),
    ],
    remedies: againstUnderfitting(subject),
  };
};

/** What the fall over the last epochs is at least, as a share of the loss that is left. */
const fallingShare = 0.05;

/** Validation was still getting better by more than chance when the training ended. */
const undertrained = ({ course, subject }: Evidence): DiagnosisFinding | undefined => {
  const { end, told } = course;
  const last = told.smoothed.at(-1)!;
  if (end === undefined || subject.stopped === 'early') return undefined;
  const falls = end.trend.pValue > 1 - limits.pValue && end.fall > fallingShare * Math.abs(last);
  if (!falls) return undefined;
  return {
    kind: 'undertrained',
    severity: 'warning',
    sentence: `over the last ${end.epochs} of ${told.smoothed.length} epochs the loss on validation still fell by ${formatMetric(end.fall)}, of ${formatMetric(last)} that are left`,
    evidence: [
      estimated('val_loss_slope', 'Change of the loss on validation by epoch over the last ones', end.trend.slope),
      { name: 'fall', what: 'Fall of the loss on validation over them', value: end.fall },
      { name: 'epochs', what: 'How many epochs these are', value: end.epochs },
    ],
    remedies: againstAnEarlyEnd(subject),
  };
};

/** So few that neither a rise nor a fall can be told from chance. */
const tooFewEpochs = ({ course }: Evidence): DiagnosisFinding | undefined => {
  if (course.end !== undefined) return undefined;
  const epochs = course.told.smoothed.length;
  return {
    kind: 'too-few-epochs',
    severity: 'note',
    sentence: `${epochs} ${epochs === 1 ? 'epoch is' : 'epochs are'} too few to tell how the loss goes: five at least can show a trend`,
    evidence: [{ name: 'epochs', what: 'Epochs that were trained', value: epochs }],
    remedies: [],
  };
};

/** Of what the best constant answer misses, the share from which on random targets count as learnt by heart. */
const byHeart = 0.5;

/** The control of random labels: how much of the result on train could be memory. */
const memorized = ({ memorization: control }: Evidence): DiagnosisFinding | undefined => {
  if (control === undefined) return undefined;
  const { measure, random, chance, actual, examples, of, epochs } = control;
  const share = (random.value - chance) / (1 - chance);
  const which = examples === of ? `all ${of} examples` : `${examples} of ${of} examples`;
  const what = `in ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} on ${which} of train with random targets, the same network comes to ${measure === 'binary_accuracy' ? 'a' : 'an'} ${measure} of ${formatMetric(random.value)} there (chance ${formatMetric(chance)}; with the right targets ${formatMetric(actual)})`;
  return {
    kind: 'memorization',
    severity: 'note',
    sentence:
      share >= byHeart
        ? `${what}: it can learn as much by heart, so its result on train is no evidence that it has learnt`
        : `${what}: it cannot learn as much by heart, so what it reaches on train beyond that was learnt`,
    evidence: [
      estimated('random_targets', `${measure} on train with random targets`, random),
      { name: 'chance', what: 'What the best constant answer reaches there', value: chance },
      { name: 'right_targets', what: `${measure} on train with the right targets`, value: actual },
      { name: 'by_heart', what: 'Share of what is not chance that was learnt by heart', value: share },
    ],
    remedies: [],
  };
};

/** A small number with its bounds, two digits of each: `0.0019 [0.0018, 0.0020]`. */
const short = ({ value, low, high }: Estimate): string =>
  `${value.toPrecision(2)} [${low.toPrecision(2)}, ${high.toPrecision(2)}]`;

const gapEvidence = (gaps: readonly DiagnosisGap[]): DiagnosisEvidence[] =>
  gaps.map(({ measure, gap }) =>
    estimated(`gap_${measure}`, `By how much ${measure} is worse on validation than on train`, gap),
  );

const courseEvidence = ({ told: { slope, p_value: pValue } }: Course): DiagnosisEvidence[] =>
  slope === undefined || pValue === undefined
    ? []
    : [
        estimated('val_loss_slope', 'Change of the loss on validation by epoch after its lowest', slope),
        { name: 'p_value', what: 'Chance of such a slope upwards where there is none', value: pValue },
      ];

const estimated = (name: string, what: string, { value, low, high }: Estimate): DiagnosisEvidence => ({
  ...{ name, what, value, low, high },
});
